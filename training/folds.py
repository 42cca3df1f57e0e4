"""Which writers are left out together, so that every row is read by weights that saw nothing of its writer.

Three fits instead of ten: each sees two thirds of the writers, so what they reach says rather too little of
the weights that ship, which see all. Rows that were written as pairs are one writer's.
"""

from typing import Final

FOLDS: Final = (("w01", "w04", "w05", "w07"), ("w02", "w06", "w09"), ("w03", "w08", "w10"))
