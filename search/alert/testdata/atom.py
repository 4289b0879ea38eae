"""Reads each feed that it is given as two other programs do: libxml2 against the schema beside this file, and feedparser, which must find
nothing to complain of. Prints for each its number of entries; ends with 1 and what is wrong."""
import pathlib
import sys

import feedparser
from lxml import etree

schema = etree.RelaxNG(etree.parse(str(pathlib.Path(__file__).with_name("atom.rng"))))
wrong = False
for name in sys.argv[1:]:
    document = etree.parse(name)
    if not schema.validate(document):
        wrong = True
        for e in schema.error_log:
            print(f"{name}:{e.line}: {e.message}")
    read = feedparser.parse(pathlib.Path(name).read_bytes(), response_headers={"content-type": "application/atom+xml; charset=utf-8"})
    if read.bozo or read.version != "atom10":
        wrong = True
        print(f"{name}: {read.version} {read.get('bozo_exception')}")
    for entry in read.entries:
        if not (entry.get("id") and entry.get("title") and entry.get("updated_parsed") and entry.get("link")):
            wrong = True
            print(f"{name}: an entry lacks something: {dict(entry)}")
    print(len(read.entries))
sys.exit(wrong)
