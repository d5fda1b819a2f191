import { readdirSync, readFileSync } from 'node:fs';
import { diag, XmlC14NMode } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import {
  attribute,
  child,
  children,
  escapeAttribute,
  escapeText,
  NS,
  parseXml,
  requireChild,
  requireText,
  validateMessage,
  XmlRefused,
} from '@/lib/gis/xml';

const SAMPLES = new URL('./samples/', import.meta.url);
const sample = (name: string) => readFileSync(new URL(name, SAMPLES), 'utf8');

function refusal(action: () => unknown): XmlRefused['kind'] | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof XmlRefused) return error.kind;
    throw error;
  }
}

describe('reading', () => {
  test.each(['', 'no XML', '<a>', '<a>\u0001</a>', '<a/><b/>', '<a>&unknown;</a>', '<x:a/>', '<a b="1" b="2"/>'])(
    'refuses what is not well-formed: %j',
    (xml) => {
      expect(refusal(() => parseXml(xml))).toBe('malformed');
    },
  );

  test('refuses bytes that are not UTF-8, and too deep a nesting', () => {
    expect(refusal(() => parseXml(Buffer.from('<a>\xff</a>', 'latin1')))).toBe('malformed');
    expect(refusal(() => parseXml('<a>'.repeat(300) + '</a>'.repeat(300)))).toBe('malformed');
  });

  test('says where, never what', () => {
    expect(() => parseXml('<a>\n<снилс>11223344595</имя></a>')).toThrow(/^not well-formed XML \(line 2, column \d+\)$/);
  });

  const bomb = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
  test.each([
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a [<!ENTITY e "text">]><a>&e;</a>',
    '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
    '<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE a PUBLIC "x" "http://127.0.0.1:9/x"><a/>',
  ])('refuses a DOCTYPE: %s', (xml) => {
    expect(refusal(() => parseXml(xml))).toBe('doctype');
    expect(refusal(() => parseXml(Buffer.from(`\ufeff${xml.replace(/<\?.*\?>/, '')}`, 'utf16le')))).toBe('doctype');
  });

  test('refuses a bomb of entities at once', () => {
    const started = performance.now();
    expect(refusal(() => parseXml(`<!DOCTYPE a [<!ENTITY e0 "0123456789">${bomb}]><a>&e9;</a>`))).toBeDefined();
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('goes by namespace, not by prefix, and keeps text as it is', () => {
    using document = parseXml(
      `<q:a xmlns:q="${NS.drs}" xmlns:z="${NS.base}" z:version="1.0" version="2"> <z:n>00123</z:n><q:n> 1 </q:n><q:n/>` +
        '<n>x</n><!-- c --><q:t>a<![CDATA[<b>]]>&amp;<!-- no -->\u2028</q:t></q:a>',
    );
    const { root } = document;
    expect(requireText(root, NS.base, 'n')).toBe('00123');
    expect(requireText(root, NS.drs, 'n')).toBe(' 1 ');
    expect(requireText(root, NS.drs, 't')).toBe('a<b>&\u2028');
    expect(children(root, NS.drs, 'n').map((element) => element.content)).toEqual([' 1 ', '']);
    expect(children(root)).toHaveLength(5);
    expect(attribute(root, 'version')).toBe('2');
    expect(attribute(root, 'version', NS.base)).toBe('1.0');
    expect(attribute(root, 'absent')).toBeUndefined();
    expect(child(root, NS.soap, 'n')).toBeUndefined();
    expect(() => requireChild(root, NS.soap, 'n')).toThrow('<a> has no <n>');
    expect(refusal(() => requireText(root, NS.soap, 'n'))).toBe('missing');
  });
});

describe('escaping', () => {
  const nasty = '\t\n\r & < > ]]> "двойные" \'одинарные\' &amp; \u0085 \u2028 \ue000 🏠 <!DOCTYPE> <![CDATA[';

  test('gives back exactly what was put in', () => {
    using document = parseXml(`<a b="${escapeAttribute(nasty)}">${escapeText(nasty)}</a>`);
    expect(document.root.content).toBe(nasty);
    expect(attribute(document.root, 'b')).toBe(nasty);
  });

  test.each(['\u0000', '\u000b', '\u001f', '\ufffe', '\uffff', '\ud800', 'a\udc00b'])('refuses %j', (character) => {
    expect(refusal(() => escapeText(`текст${character}`))).toBe('illegal_character');
    expect(refusal(() => escapeAttribute(character))).toBe('illegal_character');
  });

  test('the refusal names the character, not the text', () => {
    expect(() => escapeText('Иванов\u000b')).toThrow('XML cannot carry the character U+000B');
  });
});

describe('validation', () => {
  test.each(readdirSync(SAMPLES))('sample %s is valid', (name) => {
    expect(validateMessage(sample(name))).toEqual({ ok: true });
  });

  test.each([
    ['an unknown element in the body', /<drs:hasDebt>/, '<drs:x/><drs:hasDebt>', 'drs/}x'],
    ['a missing element', /<drs:actionType>Send<\/drs:actionType>/, '', 'actionType'],
    ['a bad header', /<base:MessageGUID>[^<]*/, '<base:MessageGUID>123', 'MessageGUID'],
    ['an unknown body', /drs:importDSRResponsesRequest/g, 'drs:somethingElse', 'somethingElse'],
    ['no version', ' base:version="14.0.0.0"', '', 'version'],
    [
      'a value that is fixed',
      '<base:IsOperatorSignature>true',
      '<base:IsOperatorSignature>false',
      'IsOperatorSignature',
    ],
    ['no body', /<soap:Body>.*<\/soap:Body>/s, '', 'Body'],
    ['an empty middle name', /<drs:middleName>[^<]*/, '<drs:middleName>', 'middleName'],
  ])('%s is an error that names it', (_, from, to, name) => {
    const changed = sample('10-importResponses.request.xml').replace(from, to);
    expect(changed).not.toBe(sample('10-importResponses.request.xml'));
    const result = validateMessage(changed);
    expect(result).toMatchObject({ ok: false });
    expect(result.ok ? '' : result.errors.join('\n')).toContain(name);
  });

  test('a detail of a fault may be anything', () => {
    const fault = sample('13-fault.response.xml').replace(/(?<=<detail>).*(?=<\/detail>)/s, '<html><p>x</p></html>');
    expect(fault).toContain('<html>');
    expect(validateMessage(fault)).toEqual({ ok: true });
  });
});

test('1,500 messages read, canonicalized and validated leave nothing behind', () => {
  const one = sample('10-importResponses.request.xml');
  const action = /<drs:action>.*?<\/drs:action>/s.exec(one)![0];
  const guid = /(?<=<(?:base:TransportGUID|drs:subrequestGUID)>).{8}/g;
  const ten = Array.from({ length: 10 }, (_, i) => action.replace(guid, String(10_000_000 + i))).join('');
  const message = one.replace(action, ten + action);
  const cycles = (count: number) => {
    for (let i = 0; i < count; i++) {
      using document = parseXml(message);
      const body = requireChild(document.root, NS.soap, 'Body');
      body.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 });
      expect(validateMessage(message)).toEqual({ ok: true });
    }
  };
  cycles(100); // the schema is compiled, the heaps have found their size
  const before = process.memoryUsage().rss;
  diag.configure({ enabled: true });
  cycles(1500);
  const undisposed = diag.report();
  diag.configure({ enabled: false });
  expect(undisposed).toEqual({});
  // The figure that an operator sees. Undisposed documents make it about 100 MB.
  expect(process.memoryUsage().rss - before).toBeLessThan(60 * 2 ** 20);
}, 60_000);
