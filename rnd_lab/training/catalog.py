"""All recipes by kind."""

from rnd_lab.training.at import AtRecipe
from rnd_lab.training.fd import FdRecipe
from rnd_lab.training.gf import GfImageNetRecipe, GfRecipe
from rnd_lab.training.pni import PniRecipe
from rnd_lab.training.recipe import Recipe
from rnd_lab.training.rse import RseRecipe
from rnd_lab.training.standard import StandardRecipe

RECIPES: dict[str, type[Recipe]] = {
    "standard": StandardRecipe,
    "gf": GfRecipe,
    "gf-imagenet": GfImageNetRecipe,
    "at": AtRecipe,
    "rse": RseRecipe,
    "pni": PniRecipe,
    "fd": FdRecipe,
}

AnyRecipe = StandardRecipe | GfRecipe | GfImageNetRecipe | AtRecipe | RseRecipe | PniRecipe | FdRecipe
