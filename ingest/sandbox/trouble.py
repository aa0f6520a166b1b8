"""What is wrong in the sandbox's world, written by hand: places as the sources really mangle them.

Keys are (place, source letter): s serper, g google_places, o openstreetmap, p sport_scotland,
c edinburgh_council, e open_charge_map.
"""

from __future__ import annotations

# Another name for the same place, by source.
NAMES = {
    ("powerleague-portobello", "g"): "Powerleague Edinburgh Portobello",
    ("powerleague-portobello", "o"): "Power League",
    ("powerleague-portobello", "p"): "Powerleague (Portobello)",
    ("powerleague-sighthill", "p"): "Powerleague (Sighthill)",
    ("royal-commonwealth-pool", "o"): "Royal Commonwealth Pool (Commie Pool)",
    ("meadowbank", "p"): "Meadowbank Sports Ctr",
    ("portobello-swim-centre", "p"): "Portobello Swim Ctr & Turkish Baths",
    ("leith-victoria", "o"): "Leith Victoria Swim Centre",
    ("leith-victoria", "p"): "Victoria Swim Centre",
    ("craiglockhart", "o"): "Craiglockhart Tennis & Leisure Centre",
    ("eica-ratho", "g"): "Edinburgh International Climbing Arena (EICA): Ratho",
    ("eica-ratho", "o"): "EICA Ratho",
    ("game4padel-edinburgh-park", "g"): "Game4Padel | Edinburgh Park",
    ("thistle-padel", "g"): "Thistle Padel | Game4Padel",
    ("craigmillar-park-tennis", "g"): "Craigmillar Park Tennis & Padel Club, Edinburgh",
    ("grange-club", "o"): "Grange Club",
    ("david-lloyd-newhaven", "o"): "David Lloyd Newhaven Harbour",
    ("david-lloyd-shawfair", "o"): "David Lloyd Shawfair",
    ("nuffield-omni", "o"): "Nuffield Health Fitness & Wellbeing Gym",
    ("puregym-ocean-terminal", "o"): "PureGym",
    ("puregym-quartermile", "o"): "PureGym Quartermile",
    ("puregym-waterfront", "o"): "Pure Gym",
    ("puregym-gyle", "o"): "PureGym",
    ("the-gym-waverley", "o"): "The Gym",
    ("oriam", "g"): "Oriam: Scotland's Sports Performance Centre",
    ("oriam", "p"): "Oriam",
    ("meadows-tennis", "o"): "Meadows Tennis",
    ("central-library", "g"): "Edinburgh Central Library",
    ("mcdonald-road-library", "g"): "McDonald Road Library & Nelson Hall",
    ("drumbrae-library", "c"): "Drumbrae Library",
    ("blackford-hill", "o"): "Hermitage of Braid Local Nature Reserve",
    ("dance-base", "g"): "Dance Base Scotland",
    ("waverley-charge", "e"): "Edinburgh Waveley Railway Station Car Park",
    ("alien-rock", "g"): "Alien Rock Indoor Climbing",
}
# The last three digits of a number that was right once.
STALE_PHONES = {
    ("powerleague-portobello", "o"): "901",
    ("meadowbank", "o"): "902",
    ("murrayfield-ice", "o"): "903",
    ("leith-library", "o"): "904",
}
MISSING_POSTCODE = {
    ("powerleague-portobello", "o"),
    ("puregym-quartermile", "o"),
    ("grange-club", "g"),
    ("dance-base", "o"),
    ("portobello-library", "o"),
}
WRONG_POSTCODE = {("waverley-charge", "e"): "EH12 9GR", ("castle-terrace-charge", "e"): "EH1 1AA"}
PLACEHOLDERS = {("jack-kane", "g"): "N/A", ("kirkliston-lc", "g"): "-"}  # where a phone should be
ZERO_COORDINATES = {("st-brides", "g")}
SWAPPED_COORDINATES = {("duncan-place", "g")}
# (place, letter): the same place listed twice by one source
LISTED_TWICE = {
    ("meadowbank", "g"),
    ("royal-commonwealth-pool", "o"),
    ("leith-library", "o"),
    ("eica-ratho", "o"),
    ("ocean-terminal-charge", "e"),
    ("waverley-charge", "e"),
    ("fort-kinnaird-charge", "e"),
    ("gyle-charge", "e"),
    ("ingliston-charge", "e"),
    ("omni-charge", "e"),
    ("shore-charge", "e"),
    ("newhaven-charge", "e"),
    ("cameron-toll-charge", "e"),
    ("castle-terrace-charge", "e"),
    ("hermiston-charge", "e"),
    ("st-james-charge", "e"),
}
CLOSED = {"leith-athletic-closed"}
# Moved: OpenStreetMap still has it at the old address, 900 m away.
OLD_ADDRESS = {("gym-64-moved", "o"): ("12 Great Junction Street", "EH6 5LA", 55.9715, -3.1745)}

# Search results that are about no place, or about one far away: (link, title, snippet, place or "", note).
RESULTS = [
    (
        "https://www.yell.com/s/gyms-edinburgh.html",
        "Gyms in Edinburgh | Reviews - Yell",
        "Find gyms in Edinburgh on Yell. Get reviews, contact details, directions and opening hours for 48 gyms.",
        "",
        "directory",
    ),
    (
        "https://www.tripadvisor.co.uk/Attractions-g186525-Sports-Edinburgh.html",
        "THE 10 BEST Edinburgh Sports Complexes - Tripadvisor",
        "Sports complexes in Edinburgh: see reviews and photos of ten sports complexes in Edinburgh, Scotland.",
        "",
        "directory",
    ),
    (
        "https://www.ltapadel.example/padel-in-edinburgh/",
        "Padel in Edinburgh | Courts, Competitions, Coaching & ...",
        "Indoor and outdoor padel courts across Edinburgh: compare venues, book sessions and find a coach.",
        "",
        "list",
    ),
    (
        "https://www.thepadeldirectory.co.uk/play-padel-in/edinburgh",
        "Play Padel In Edinburgh",
        "Where to play padel in or near Edinburgh, with county and regional listings and court information.",
        "",
        "directory",
    ),
    (
        "https://www.edinburghnews.scotsman.com/news/new-padel-courts-approved",
        "New padel courts approved for Edinburgh park",
        "Councillors have approved plans for four padel courts, despite 62 objections from neighbours, the Evening News understands.",
        "",
        "news",
    ),
    (
        "https://www.bbc.co.uk/news/uk-scotland-edinburgh-swimming",
        "Edinburgh swimming pools face energy bill rise - BBC News",
        "Swimming pools across Edinburgh could cut hours as bills rise, a trust has warned.",
        "",
        "news",
    ),
    (
        "https://www.edinburghlive.co.uk/best-gyms",
        "11 of the best gyms in Edinburgh to try this year",
        "From budget gyms to boutique studios, here are eleven of the best gyms in Edinburgh.",
        "",
        "list",
    ),
    (
        "https://www.zap-map.com/charge-points-leith/",
        "Electric car charging points in Leith - Zap-Map",
        "There are 64 EV charging points in Leith. Find prices, live status and connector types on the map.",
        "",
        "directory",
    ),
    (
        "https://www.edinburgh.gov.uk/libraries/find-library",
        "Find a library - The City of Edinburgh Council",
        "Find your nearest library, opening hours and facilities for all 28 libraries in Edinburgh.",
        "",
        "list",
    ),
    (
        "https://www.gumtree.com/football-goals/edinburgh",
        "Football goals for sale in Edinburgh | Gumtree",
        "Football goals and nets for sale in Edinburgh. Post an ad for free.",
        "",
        "shop",
    ),
    (
        "https://uk.indeed.com/lifeguard-jobs-in-Edinburgh",
        "Lifeguard Jobs in Edinburgh | Indeed",
        "Apply to lifeguard jobs now hiring in Edinburgh: swimming pool and leisure centre roles, from 11.44 an hour.",
        "",
        "jobs",
    ),
    (
        "https://en.wikipedia.org/wiki/Portobello,_Edinburgh",
        "Portobello, Edinburgh - Wikipedia",
        "Portobello is a coastal suburb of Edinburgh in eastern central Scotland. It lies 3 miles east of the city centre.",
        "",
        "encyclopaedia",
    ),
    (
        "https://playtomic.io/padel-courts/edinburgh",
        "Padel courts in Edinburgh - Playtomic",
        "Book padel courts in Edinburgh: compare 7 clubs, prices and availability.",
        "",
        "directory",
    ),
    (
        "https://www.clubspark.example/find-tennis/edinburgh",
        "Tennis courts near Edinburgh",
        "Tennis courts and clubs near Edinburgh: 41 venues with online booking.",
        "",
        "directory",
    ),
    (
        "https://www.timeout.com/edinburgh/swimming-pools",
        "The best swimming pools in Edinburgh - Time Out",
        "Our guide to the best swimming pools in Edinburgh, from Victorian baths to rooftop spas.",
        "",
        "list",
    ),
    (
        "https://www.scotsman.com/sport/football/five-a-side",
        "Five-a-side football is booming, survey says",
        "Five-a-side football is the nation's favourite after-work sport, according to a survey of 2,000 adults.",
        "",
        "news",
    ),
    (
        "https://www.visitscotland.com/things-to-do/golf/edinburgh",
        "Golf courses in Edinburgh | VisitScotland",
        "Over 20 golf courses within the city limits: plan a golf break in Edinburgh.",
        "",
        "list",
    ),
    (
        "https://www.sportsdirect.com/padel-rackets",
        "Padel Rackets | Sports Direct",
        "Shop padel rackets, balls and shoes. Free returns in store.",
        "",
        "shop",
    ),
    (
        "https://www.edinburghleisure.co.uk/activities/swim",
        "Swimming in Edinburgh | Edinburgh Leisure",
        "Swim in one of twelve pools run by Edinburgh Leisure. Call our customer team on 0131 496 0990.",
        "",
        "list",
    ),
    (
        "https://www.puregym.com/gyms/edinburgh/",
        "Gyms in Edinburgh | Cheap Gym Membership | PureGym",
        "Find your nearest PureGym in Edinburgh. Memberships with no contract at six gyms across the city.",
        "",
        "list",
    ),
    (
        "https://www.powerleague.com/news/new-pitches",
        "New pitches across our clubs | Powerleague News",
        "Powerleague is investing in new 3G pitches at clubs in London, Glasgow and Manchester this summer.",
        "",
        "news",
    ),
    (
        "https://www.chargeplacescotland.org/live-map/",
        "Live Map - ChargePlace Scotland",
        "See the live status of every EV charging point on the ChargePlace Scotland network.",
        "",
        "directory",
    ),
]
