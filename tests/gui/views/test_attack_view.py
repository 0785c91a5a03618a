from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from rnd_lab.defenses.blacklight import BlacklightSpec
from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.experiments.duel import Duel, Scene, Snapshot
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.views.attack_view import HINT, AttackView
from rnd_lab.gui.views.image_frame import ElidedLabel
from rnd_lab.gui.views.pixels import picture
from tests.gui.views.conftest import Change


def heard(widget: QWidget, text: QAccessible.Text = QAccessible.Text.Name) -> str:
    """What a screen reader says of a widget."""
    return QAccessible.queryAccessibleInterface(widget).text(text)


def test_hint_until_a_scene_is_shown(view: AttackView, scene: Scene, spec: RunSpec) -> None:
    hint = next(label for label in view.findChildren(QLabel) if label.text() == HINT)
    assert hint.isVisible()
    view.show_scene(scene, spec)
    assert not hint.isVisible()
    assert "sees “ship”" in view.headline.text()
    view.clear()
    assert hint.isVisible()


def test_snapshot_before_a_scene_is_ignored(view: AttackView, snapshot: Snapshot, spec: RunSpec) -> None:
    view.show_snapshot(snapshot, spec)
    assert not view.headline.isVisible()


def test_snapshot_is_shown_everywhere(view: AttackView, scene: Scene, snapshot: Snapshot, spec: RunSpec) -> None:
    view.show_scene(scene, spec)
    view.show_snapshot(snapshot, spec)
    defended = snapshot.sides["defended"]
    assert view.strip.sides["defended"].pane.image == picture(defended.image)
    assert view.strip.original.caption.full.endswith("correct")
    x, y = view.plot.curves["defended", "told"].getOriginalDataset()
    assert x.tolist() == [1, 2, 3, 4, 5, 6]
    np.testing.assert_array_equal(y, defended.told)
    assert view.scoreboard.cells["defended", "queries"].text() == "6 / 2,000"
    assert view.scoreboard.cells["undefended", "strict"].text() == f"{snapshot.sides['undefended'].account.strict:,}"
    assert len(view.answers.bars.rows) == 5
    assert view.answers.bars.double


def test_every_figure_explains_itself(view: AttackView) -> None:
    for cell in view.scoreboard.cells.values():
        assert cell.toolTip()


def test_a_screen_reader_hears_what_is_shown(view: AttackView, scene: Scene, snapshot: Snapshot, spec: RunSpec) -> None:
    view.show_scene(scene, spec)
    assert heard(view.headline).startswith("The model sees “ship”")
    assert heard(view.scoreboard.cells["defended", "queries"]) == "defended Queries: –"
    view.show_snapshot(snapshot, spec)
    assert heard(view.headline).startswith("Without defense the attack has used")
    assert heard(view.scoreboard.cells["defended", "queries"]) == "defended Queries: 6 / 2,000"
    assert heard(view.strip.original.caption).endswith("correct")
    bars, first = view.answers.bars, view.answers.bars.rows[0]
    lines = heard(bars, QAccessible.Text.Description).split("; ")
    assert len(lines) == len(bars.rows)
    assert lines[0].startswith(f"{first.name} (true class): the attacker is told ")
    view.look_at("undefended")
    assert "told" not in heard(bars, QAccessible.Text.Description)


def test_a_line_that_is_cut_short_is_heard_in_full(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.say("an airplane, 99 % · misclassified")
    assert label.text() != label.full
    assert heard(label) == label.full


def test_flagged_queries_are_shown_where_a_defense_looks_for_them(
    view: AttackView, scene: Scene, spec: RunSpec
) -> None:
    def shown(stack: tuple[DefenseSpec, ...]) -> list[bool]:
        view.show_scene(scene, spec.model_copy(update={"defense": stack}))
        return [view.scoreboard.cells[side, "flagged"].isVisibleTo(view) for side in ("defended", "undefended")]

    assert shown(()) == shown(spec.defense) == [False, False]
    watched = (*spec.defense, BlacklightSpec())
    assert shown(watched) == [True, False]
    duel = Duel(spec.model_copy(update={"defense": watched}), scene)
    for _ in range(3):
        duel.step()
    view.show_snapshot(duel.snapshot(), duel.spec)
    assert view.scoreboard.cells["defended", "flagged"].text() == str(duel.sides["defended"].account.flagged)
    assert duel.sides["defended"].account.flagged > 0


def test_verdicts_at_the_end(view: AttackView, scene: Scene, ended: Snapshot, spec: RunSpec) -> None:
    view.show_scene(scene, spec)
    assert {chip.text for chip in view.scoreboard.chips.values()} == {"open"}
    view.show_snapshot(ended, spec)
    assert {chip.text for chip in view.scoreboard.chips.values()} <= {"holds", "fooled"}


def test_the_line_says_what_it_is_unless_a_win_is_written_there(
    view: AttackView, scene: Scene, spec: RunSpec, change: Change
) -> None:
    easy = spec.model_copy(update={"threat": ThreatModel(epsilon=0.5, budget=100)})
    duel = Duel(easy, scene)
    view.show_scene(scene, easy)
    while not duel.done:
        duel.step()
    texts = [item for item in view.plot.plot.getViewBox().allChildren() if isinstance(item, pg.TextItem)]
    won = duel.snapshot().sides["defended"].outcome
    assert won is not None
    for paid, written in ((20, True), (80, False), (20, True)):
        outcome = replace(won, status="success", account=replace(won.account, probe=paid, repeat=0))
        view.show_snapshot(change(duel.snapshot(), outcome=outcome), easy)
        shown = [it.toPlainText() for it in texts if it.isVisible()]
        assert f"won: {paid} queries" in shown
        assert ("attack wins below 0" in shown) is written


def test_looking_at_a_side(view: AttackView, scene: Scene, snapshot: Snapshot, spec: RunSpec, qtbot: QtBot) -> None:
    view.show_scene(scene, spec)
    view.show_snapshot(snapshot, spec)
    qtbot.mouseClick(view.strip.sides["undefended"].pane, Qt.MouseButton.LeftButton)
    assert view.answers.switch["undefended"].isChecked()
    assert view.strip.change.caption.full.startswith("No defense")
    assert not view.answers.bars.double
    qtbot.mouseClick(view.answers.switch["defended"], Qt.MouseButton.LeftButton)
    assert view.strip.change.caption.full.startswith("With RND")


def test_a_run_without_defense_has_one_side(view: AttackView, scene: Scene, spec: RunSpec) -> None:
    bare = spec.model_copy(update={"defense": ()})
    view.show_scene(scene, bare)
    view.show_snapshot(Duel(bare, scene).snapshot(), bare)
    assert view.strip.sides["defended"].isHidden()
    assert view.scoreboard.cells["defended", "queries"].isHidden()
    assert view.strip.sides["undefended"].isVisible()


def test_perturbation_factor(view: AttackView, scene: Scene, snapshot: Snapshot, spec: RunSpec) -> None:
    view.show_scene(scene, spec)
    view.show_snapshot(snapshot, spec)
    view.strip.strength.setCurrentIndex(view.strip.strength.findText("× 20"))
    assert view.strip.change.caption.full == "With RND, × 20"


def test_copy_puts_true_pixels_on_the_clipboard(view: AttackView, scene: Scene, spec: RunSpec) -> None:
    view.show_scene(scene, spec)
    view.strip.original.pane.copy()
    assert QGuiApplication.clipboard().image().size() == view.strip.original.pane.image.size()


def test_the_plot_is_saved_and_copied(
    view: AttackView, scene: Scene, snapshot: Snapshot, spec: RunSpec, tmp_path: Path, qtbot: QtBot
) -> None:
    view.show_scene(scene, spec)
    view.show_snapshot(snapshot, spec)
    view.plot.save(tmp_path / "loss.png")
    assert QImage(str(tmp_path / "loss.png")).size() == 2 * view.plot.size()
    with qtbot.waitSignal(view.plot.failed) as signal:
        view.plot.save(tmp_path / "missing" / "loss.png")
    assert "Choose another place" in (signal.args or [""])[0]
    actions = {action.text(): action for action in view.plot.menu().actions()}
    actions["Copy plot"].trigger()
    assert not QGuiApplication.clipboard().image().isNull()
    view.plot.following = False
    actions["Show whole plot"].trigger()
    assert view.plot.following
    assert not view.plot.plot.getViewBox().menuEnabled()


def test_save_is_asked_for_by_side(view: AttackView, scene: Scene, spec: RunSpec, qtbot: QtBot) -> None:
    view.show_scene(scene, spec)
    menu = view.strip.sides["undefended"].pane.menu()
    save = next(action for action in menu.actions() if action.text() == "Save image…")
    with qtbot.waitSignal(view.save_image_requested) as signal:
        save.trigger()
    assert signal.args == ["undefended"]


def test_panes_zoom_together(view: AttackView, scene: Scene, spec: RunSpec) -> None:
    view.show_scene(scene, spec)
    pane = view.strip.original.pane
    middle = QPointF(pane.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(pane.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QGuiApplication.sendEvent(pane, event)
    assert not view.strip.zoom.whole
    assert view.strip.change.pane._zoom is view.strip.zoom


def test_legend_hides_a_curve(view: AttackView, scene: Scene, spec: RunSpec, qtbot: QtBot) -> None:
    view.show_scene(scene, spec)
    button = view.plot.legend.buttons["defended", "told"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not view.plot.curves["defended", "told"].isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert view.plot.curves["defended", "told"].isVisible()


def test_axes_follow_until_moved_by_hand(
    view: AttackView, scene: Scene, snapshot: Snapshot, spec: RunSpec, qtbot: QtBot
) -> None:
    view.show_scene(scene, spec)
    box = view.plot.plot.getViewBox()
    box.sigRangeChangedManually.emit([True, True])
    box.setRange(xRange=(2, 3), padding=0)
    view.show_snapshot(snapshot, spec)
    assert box.viewRange()[0] == [2, 3]
    qtbot.mouseClick(view.plot.whole, Qt.MouseButton.LeftButton)
    assert box.viewRange()[0] == [0, 100]


def test_colours_change_with_the_theme(view: AttackView, scene: Scene, snapshot: Snapshot, spec: RunSpec) -> None:
    view.show_scene(scene, spec)
    view.show_snapshot(snapshot, spec)
    view.set_dark(True)
    assert "#56b4e9" in view.headline.text()
    view.set_dark(False)
    assert "#0072b2" in view.headline.text()


def test_pictures_stand_apart(view: AttackView, scene: Scene, spec: RunSpec, qtbot: QtBot) -> None:
    view.show_scene(scene, spec)
    frames = view.strip.frames
    qtbot.waitUntil(lambda: all(a.geometry().right() < b.x() for a, b in pairwise(frames)))
    qtbot.waitUntil(lambda: frames[-1].geometry().right() < view.strip.width())
    qtbot.waitUntil(lambda: view.strip.geometry().right() < view.answers.x())
    assert view.answers.width() >= view.answers.minimumSizeHint().width()


def test_fits_a_small_window(view: AttackView, scene: Scene, spec: RunSpec) -> None:
    view.show_scene(scene, spec)
    assert view.minimumSizeHint().width() <= 900
    assert view.minimumSizeHint().height() <= 600
