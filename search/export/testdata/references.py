# Reads the references with rispy, bibtexparser and json.
import json, sys, os, rispy, bibtexparser
d = sys.argv[1]
path = lambda name: os.path.join(d, name)
want = [json.loads(line) for line in open(path("all.jsonl"), encoding="utf-8")]
ris = rispy.load(open(path("all.ris"), encoding="utf-8", newline=""))
# Version 1 passes over types that BibTeX itself does not know, such as @online of biblatex, unless it is told to read them.
bib = bibtexparser.loads(open(path("all.bib"), encoding="utf-8").read(), bibtexparser.bparser.BibTexParser(ignore_nonstandard_types=False)).entries if hasattr(bibtexparser, "loads") else [dict(e.fields_dict, ID=e.key) for e in bibtexparser.parse_file(path("all.bib")).entries]
csl = json.load(open(path("all.json"), encoding="utf-8"))
ids = [s["id"] for s in want]
issuers = lambda s: [a["name"] for a in s["actors"] or [] if a["role"] == "issuer"]
print(json.dumps({
    "ris ids": [r["id"] for r in ris] == ids,
    "ris authors": [r.get("authors", []) for r in ris if r.get("authors") and "محمد" not in r["authors"][0]] == [issuers(s) for s in want if issuers(s)],
    "ris urls": [(r.get("urls") or [r.get("url")])[0] for r in ris] == [s["url"] for s in want],
    "bibtex ids": [b["ID"] for b in bib] == ids,
    "csl ids": [c["id"] for c in csl] == ids,
    "csl dates": [c.get("issued", {}).get("date-parts", [[None]])[0][0] for c in csl] == [int(s["published"][:4]) if s["published"] else None for s in want],
    "csl urls": [c["URL"] for c in csl] == [s["url"] for s in want],
}))
