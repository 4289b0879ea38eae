# Who spoke on what, phase by phase. Make the two files first:
#   rostrum export '' --shape panel --period phase -o panel.parquet
#   rostrum export '' -o statements.parquet
# Needs pandas, pyarrow and duckdb; matplotlib draws where it is there.
import duckdb
import pandas as pd

panel = pd.read_parquet("panel.parquet").query("period != '' and topic != ''")
table = panel.pivot_table(index=["actor", "topic"], columns="period", values="statements", aggfunc="sum", fill_value=0)
print(table.loc[table.sum(axis=1).nlargest(10).index])
print(duckdb.sql("""select a.name, count(*) as statements, min(published) as first from
    (select published, unnest(actors) as a from 'statements.parquet') where a.role = 'issuer' group by 1 order by 2 desc, 1 limit 5"""))
try:
    table.groupby("topic").sum().T.plot(kind="bar").figure.savefig("phases.png")
except ImportError:
    print("matplotlib is not here: no picture")
