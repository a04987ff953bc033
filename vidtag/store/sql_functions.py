"""The functions of SQLite that ad-hoc SQL may use: none of them reaches outside its arguments.

Left out of what SQLite ships with: load_extension, fts3_tokenizer, sqlite_log, and the like; and
zeroblob and randomblob, which make something large of nothing.
"""

from __future__ import annotations

FUNCTIONS = frozenset({
    "->", "->>", "abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "avg",
    "cast", "ceil", "ceiling", "char", "coalesce", "concat", "concat_ws", "cos", "cosh", "count",
    "cume_dist", "current_date", "current_time", "current_timestamp", "date", "datetime",
    "degrees", "dense_rank", "exp", "first_value", "floor", "format", "glob", "group_concat",
    "hex", "ifnull", "iif", "if", "instr", "json", "json_array", "json_array_length",
    "json_error_position", "json_extract", "json_group_array", "json_group_object",
    "json_insert", "json_object", "json_patch", "json_pretty", "json_quote", "json_remove",
    "json_replace", "json_set", "json_type", "json_valid", "julianday", "lag", "last_value",
    "lead", "length", "like", "likelihood", "likely", "ln", "log", "log10", "log2", "lower",
    "ltrim", "max", "median", "min", "mod", "nth_value", "ntile", "nullif", "octet_length",
    "percent_rank", "percentile", "percentile_cont", "percentile_disc", "pi", "pow", "power",
    "printf", "quote", "radians", "random", "rank", "replace", "round", "row_number", "rtrim",
    "sign", "sin", "sinh", "sqlite_version", "sqrt", "strftime", "string_agg", "substr",
    "substring", "sum", "tan", "tanh", "time", "timediff", "total", "trim", "trunc", "typeof",
    "unicode", "unistr", "unixepoch", "unlikely", "upper",
})  # fmt: skip
