#!/usr/bin/env bash
# Writes tests/excel/foreign and tests/excel/bad anew with programs that are not ours. Nothing in CI needs them:
#   apt-get install libreoffice-calc-nogui python3-openpyxl python3-xlsxwriter
# The results are checked in; what they are called says who wrote them.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p foreign bad

# our own file and its rows for the others
(cd ../.. && node --import tsx tests/excel/write-base.ts "$work/ours.xlsx" "$work/rows.json")

# LibreOffice opens and saves it anew
cp "$work/ours.xlsx" "$work/libreoffice.xlsx"
soffice --headless -env:UserInstallation="file://$work/profile" --convert-to xlsx --outdir foreign "$work/libreoffice.xlsx"
# a table as text opened in LibreOffice: dates are text or its own dates, nothing is locked
python3 - "$work/rows.json" "$work/libreoffice-csv.csv" <<'PY'
import csv, json, sys
rows = json.load(open(sys.argv[1]))
with open(sys.argv[2], 'w', newline='') as out:
    csv.writer(out).writerows([rows['titles']] + rows['rows'])
PY
soffice --headless -env:UserInstallation="file://$work/profile" --infilter='CSV:44,34,76,1,1/2/2/2/3/2' --convert-to xlsx --outdir foreign "$work/libreoffice-csv.csv"
# the same in the format of 1997, under the new name
soffice --headless -env:UserInstallation="file://$work/profile" --convert-to xls --outdir "$work" "$work/ours.xlsx"
mv "$work/ours.xls" bad/old-format.xlsx
cp "$work/libreoffice-csv.csv" bad/text.xlsx

/usr/bin/python3 make-fixtures.py "$work/rows.json" "$work/ours.xlsx"

# a password: LibreOffice without a screen saves none, so a library of npm that is no part of the project
npm install --no-audit --no-fund --prefix "$work/npm" xlsx-populate
(cd "$work/npm" && node -e "
  require('xlsx-populate').fromFileAsync('$work/ours.xlsx')
    .then((book) => book.toFileAsync('password.xlsx', { password: 'otklik' }))")
mv "$work/npm/password.xlsx" bad/password.xlsx
