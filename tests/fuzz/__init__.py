"""What a stranger sends, looked for by a fuzzer (T1, T7, T8): `script/fuzz`. Its seeds are read in every test run."""
