"""Areas that the tests of the readers ask about."""

from extract.geography.countries import Box
from extract.geography.whereabouts import Asked

IN_BRITAIN = Asked(("GB",), (Box(55.85, -3.40, 56.00, -3.00),))
IN_BERLIN = Asked(("DE",), (Box(52.3, 13.0, 52.7, 13.8),))
IN_DUBLIN = Asked(("IE",), (Box(53.2, -6.5, 53.5, -6.0),))
IN_NEW_YORK = Asked(("US",), (Box(40.5, -74.3, 40.95, -73.7),))
