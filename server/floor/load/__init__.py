"""What an installation is told about itself: its building, goods, stock, orders, people, equipment and carriers.

Each function takes a whole file's worth of checked rows in one transaction: all of it, or nothing. What is known
already is compared; the same file twice changes nothing.
"""

from server.floor.load.building import load_layout
from server.floor.load.carriers import import_carriers
from server.floor.load.changes import Changes
from server.floor.load.equipment import import_people, load_equipment
from server.floor.load.file import known_to, read_file, take
from server.floor.load.goods import import_skus, import_stock
from server.floor.load.handling_units import import_handling_units
from server.floor.load.orders import import_orders

__all__ = [
    "Changes",
    "import_carriers",
    "import_handling_units",
    "import_orders",
    "import_people",
    "import_skus",
    "import_stock",
    "known_to",
    "load_equipment",
    "load_layout",
    "read_file",
    "take",
]
