/** One piece of Excel work in a process of its own, so that its peak of memory is nobody else's. Prints what it took as JSON. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { unzipSync } from 'fflate';
import { SaxesParser } from 'saxes';
import { SAMPLE_ROWS } from '@/lib/debt-requests/exchange-file';
import { writeExchangeFile } from '@/lib/debt-requests/exchange-file-writer';
import { readXlsx } from '@/lib/imports/xlsx';
import { memoryOf } from './measure';

const [work, file, count] = process.argv.slice(2);

function* rows(total: number) {
  for (let i = 0; i < total; i++)
    yield {
      ...SAMPLE_ROWS[i % SAMPLE_ROWS.length]!,
      requestNumber: String(i).padStart(14, '0'),
      requestGuid: randomUUID(),
      subrequestGuid: randomUUID(),
    };
}

const start = performance.now();
switch (work) {
  case 'write':
    fs.writeFileSync(file!, await writeExchangeFile(rows(Number(count))));
    break;
  case 'read': {
    const sheet = readXlsx(fs.readFileSync(file!));
    if (!sheet.ok) throw new Error(sheet.message);
    break;
  }
  case 'bare': {
    // the least that must be done: unpack the sheet and let the XML reader go over it
    const parts = unzipSync(fs.readFileSync(file!));
    const parser = new SaxesParser();
    const decoder = new TextDecoder();
    const sheet = parts['xl/worksheets/sheet1.xml']!;
    for (let at = 0; at < sheet.length; at += 65_536)
      parser.write(decoder.decode(sheet.subarray(at, at + 65_536), { stream: true }));
    parser.close();
    break;
  }
}
console.log(JSON.stringify({ wall: performance.now() - start, peak: memoryOf(process.pid)?.peak ?? 0 }));
