# Reads every shape in every table format and compression with pandas, pyarrow and DuckDB, and holds each cell against the JSON lines.
import io, json, os, sys
import duckdb, pandas as pd, pyarrow as pa, pyarrow.parquet as pq
d = sys.argv[1]

def raw(name):
    with pa.input_stream(os.path.join(d, name), compression="detect") as f:
        return f.read()

def lines(name):
    return [json.loads(line) for line in raw(name).decode("utf-8").split("\n") if line]

def item(s):
    return s.replace("\\", "\\\\").replace("|", "\\|")

# cell is how a JSON value stands in a CSV.
def cell(v):
    if v is None:
        return ""
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, list):
        return "|".join(item(x) if isinstance(x, str) else x["role"] + ":" + item(x["id"]) for x in v)
    return str(v)

def same(parquet, told):
    if hasattr(parquet, "tzinfo"):
        return told is not None and pd.Timestamp(parquet) == pd.Timestamp(told)
    return parquet == told

answer = {}
for shape in sorted({f.split(".")[0] for f in os.listdir(d) if f.endswith(".jsonl")}):
    want = lines(shape + ".jsonl")
    names = list(want[0])
    answer[shape + " has rows"] = len(want) > 0
    for z in ["", ".gz", ".zst"]:
        answer[shape + ".jsonl" + z] = lines(shape + ".jsonl" + z) == want
        csv = pd.read_csv(io.BytesIO(raw(shape + ".csv" + z)), dtype=str, keep_default_na=False)
        answer[shape + ".csv" + z] = list(csv.columns) == names and csv.values.tolist() == [[cell(r[n]) for n in names] for r in want]
        counted = duckdb.sql(f"select count(*) from read_csv('{os.path.join(d, shape)}.csv{z}', header=true, all_varchar=true, delim=',', quote='\"', escape='\"', new_line='\\r\\n')").fetchall()[0][0]
        answer[shape + ".csv" + z + " in DuckDB"] = counted == len(want)
    table = pq.read_table(os.path.join(d, shape + ".parquet"))
    answer[shape + ".parquet"] = table.schema.names == names and table.num_rows == len(want) and all(same(r[n], w[n]) for r, w in zip(table.to_pylist(), want) for n in names)
    answer[shape + ".parquet in DuckDB"] = duckdb.sql(f"select count(*) from '{os.path.join(d, shape)}.parquet'").fetchall()[0][0] == len(want)
print(json.dumps(answer))
