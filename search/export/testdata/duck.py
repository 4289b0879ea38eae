# Reads the tables with DuckDB.
import json, sys, os, duckdb
d = sys.argv[1]
want = [json.loads(line) for line in open(os.path.join(d, "all.jsonl"), encoding="utf-8")]
q = lambda sql: duckdb.sql(sql.replace("DIR", d)).fetchall()
print(json.dumps({
    "rows": q("select count(*), count(distinct id) from 'DIR/all.parquet'")[0] == (len(want), len(want)),
    "unnested": q("select count(*) from (select unnest(actors) a from 'DIR/all.parquet') where a.role = 'signatory'")[0][0] == sum(a["role"] == "signatory" for s in want for a in s["actors"] or []),
    "text": [r[0] for r in q("select text from 'DIR/text.parquet'")] == [s["text"] for s in want],
    "csv": q("select count(*) from read_csv('DIR/all.csv', header=true, quote='\"', escape='\"', delim=',', strict_mode=false)")[0][0] == len(want),
}))
