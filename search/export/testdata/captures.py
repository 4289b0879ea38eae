# Reads the captures with warcio, which also checks the digests.
import json, sys, os
from warcio.archiveiterator import ArchiveIterator
d = sys.argv[1]
want = [json.loads(line) for line in open(os.path.join(d, "all.jsonl"), encoding="utf-8")]
pages, good = {}, True
with open(os.path.join(d, "all.warc.gz"), "rb") as f:
    for record in ArchiveIterator(f, check_digests=True):
        body = record.content_stream().read()
        good = good and record.digest_checker.passed is not False
        if record.rec_type == "response":
            pages[record.rec_headers.get_header("WARC-Target-URI")] = body.decode()
expected = {"https://freedonia.example/" + s["capture"]: "<p>" + s["capture"] for s in want if s["capture"] not in ("cs001", "cs002")}
print(json.dumps({"pages": pages == expected, "digests": good}))
