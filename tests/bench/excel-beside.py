"""The rows of excel-child.ts as python3-xlsxwriter writes them in constant memory; prints what it took as JSON."""
import datetime
import json
import sys
import time
import uuid

import xlsxwriter

data = json.load(open(sys.argv[1]))
count = int(sys.argv[3])
start = time.time()
book = xlsxwriter.Workbook(sys.argv[2], {'constant_memory': True})
sheet = book.add_worksheet()
text = book.add_format({'num_format': '@'})
date = book.add_format({'num_format': 'dd.mm.yyyy'})
rows = [[datetime.date.fromisoformat(cell) if i in data['dates'] else cell for i, cell in enumerate(row)] for row in data['rows']]
sheet.write_row(0, 0, data['titles'])
for at in range(count):
    row = list(rows[at % len(rows)])
    row[0], row[1], row[2] = str(at).zfill(14), str(uuid.uuid4()), str(uuid.uuid4())
    for i, cell in enumerate(row):
        if i in data['dates']:
            sheet.write_datetime(at + 1, i, cell, date)
        elif cell:
            sheet.write_string(at + 1, i, cell, text)
        else:
            sheet.write_blank(at + 1, i, None, text)
book.close()
peak = next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM'))
print(json.dumps({'wall': (time.time() - start) * 1000, 'peak': peak * 1024 / 1e6}))
