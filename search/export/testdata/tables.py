# Reads the tables with pandas and pyarrow, and compares them with the JSON lines of the same statements.
import json, sys, os
import pandas as pd, pyarrow.parquet as pq
d = sys.argv[1]
path = lambda name: os.path.join(d, name)
want = [json.loads(line) for line in open(path("all.jsonl"), encoding="utf-8")]
stamp = lambda v: None if v is None else pd.Timestamp(v)
table = pq.read_table(path("all.parquet"))
rows = table.to_pylist()
text = pq.read_table(path("text.parquet"))
csv = pd.read_csv(path("all.csv"), keep_default_na=False)
exact = lambda s: s
print(json.dumps({
    "rows": len(rows) == len(want) == len(csv),
    "ids": [r["id"] for r in rows] == [s["id"] for s in want] == list(csv["id"]),
    "titles": [r["title"] for r in rows] == [s["title"] for s in want],
    "csv titles": list(csv["title"]) == [s["title"] for s in want],
    "csv texts": list(csv["text"]) == [s["text"] for s in want],
    "csv lists": [c.split("|") if c else [] for c in csv["topics"]] == [s["topics"] or [] for s in want],
    "actors": [r["actors"] for r in rows] == [s["actors"] or [] for s in want],
    "topics": [r["topics"] for r in rows] == [s["topics"] or [] for s in want],
    "moments": [r["published"] and pd.Timestamp(r["published"]) for r in rows] == [stamp(s["published"]) for s in want],
    "in UTC": str(table.schema.field("published").type) == "timestamp[us, tz=UTC]",
    "numbers": [r["signatories"] for r in rows] == [s["signatories"] for s in want],
    "order of columns": text.schema.names == ["text", "id", "actors", "published", "backfill"],
    "texts": text.column("text").to_pylist() == [s["text"] for s in want],
    "quotes": pq.read_table(path("quotes.parquet")).num_rows == sum(len(s.get("quotes", [])) for s in want),
    "zstd": pq.ParquetFile(path("all.parquet")).metadata.row_group(0).column(0).compression == "ZSTD",
    "panel": int(pd.read_parquet(path("panel.parquet"))["issued"].sum()) == sum(max(1, len(s["topics"] or [])) * sum(a["role"] == "issuer" for a in s["actors"] or []) for s in want),
}, default=str))
