"""For make-fixtures.sh: the rows as python3-openpyxl and python3-xlsxwriter write them, and workbooks that must be refused."""
import datetime
import json
import shutil
import sys
import zipfile

import openpyxl
import xlsxwriter

data = json.load(open(sys.argv[1]))
titles, rows = data['titles'], data['rows']
number, guid, debt = titles.index('Номер запроса'), titles.index('ГИС-идентификатор подзапроса'), titles.index('Наличие задолженности')
dates = [i for i, title in enumerate(titles) if title.startswith('Дата') or 'период' in title or title.startswith('Крайний')]


def day(text):
    return datetime.datetime.strptime(text, '%d.%m.%Y')


# openpyxl: shared strings, a merged title over the head in row 3, hidden rows, further columns, GUIDs in upper case, real dates
book = openpyxl.Workbook()
sheet = book.active
sheet.title = 'Ответы'
sheet['A1'] = 'Ответы на запросы за ноябрь'
sheet.merge_cells('A1:U1')
sheet.append([])
sheet.append(['Примечание бухгалтера', *titles])
for row in rows:
    cells = [day(cell) if i in dates else cell or None for i, cell in enumerate(row)]
    cells[guid] = cells[guid].upper()
    sheet.append(['сверено', *cells])
sheet.row_dimensions[4].hidden = True
sheet.auto_filter.ref = 'A3:V8'
book.save('foreign/openpyxl.xlsx')

# xlsxwriter in constant memory: inline strings, the columns the other way round, dates as text, numbers of requests as
# numbers padded with zeros, the data validated and coloured
book = xlsxwriter.Workbook('foreign/xlsxwriter.xlsx', {'constant_memory': True})
sheet = book.add_worksheet()
padded = book.add_format({'num_format': '0' * 14, 'bg_color': '#FFFFCC'})
order = list(reversed(range(len(titles))))
for at, row in enumerate([titles, *rows]):
    for column, i in enumerate(order):
        if at > 0 and i == number:
            sheet.write_number(at, column, int(row[i]), padded)
        else:
            sheet.write_string(at, column, row[i])
sheet.freeze_panes(1, 0)
sheet.data_validation(1, order.index(debt), 100, order.index(debt), {'validate': 'list', 'source': ['ДА', 'НЕТ']})
book.close()

# a workbook with macros: any VBA project, under the name of one without
source, target = sys.argv[2], 'bad/macros.xlsx'
shutil.copy(source, target)
with zipfile.ZipFile(target, 'a') as archive:
    archive.writestr('xl/vbaProject.bin', b'\xd0\xcf\x11\xe0' + bytes(1000))

# no row names the columns
book = openpyxl.Workbook()
for row in rows:
    book.active.append(row)
book.save('bad/no-head.xlsx')

# two columns of one name
book = openpyxl.Workbook()
book.active.append([*titles, titles[debt]])
for row in rows:
    book.active.append([*row, 'ДА'])
book.save('bad/column-twice.xlsx')
