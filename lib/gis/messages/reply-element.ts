import type { XmlElement } from 'libxml2-wasm';
import { children, NS, parseXml } from '@/lib/gis/xml';

/**
 * An element of a reply, out of libxml2's memory. It hands its children out by namespace and name and remembers which
 * ones were asked for: what nobody asked for is a surprise that the journal should show (PROTOCOL §13).
 */
export class ReplyElement {
  readonly namespace: string;
  readonly name: string;
  private readonly elements: ReplyElement[];
  /** Text of an element without child elements, trimmed, never turned into a number; '' for others. */
  readonly content: string;
  private asked = false;

  constructor(element: XmlElement) {
    this.namespace = element.namespaceUri;
    this.name = element.name;
    this.elements = children(element).map((child) => new ReplyElement(child));
    this.content = this.elements.length === 0 ? element.content.trim() : '';
  }

  /** All children with this name, in order. */
  all(namespace: string, name: string): ReplyElement[] {
    const found = this.elements.filter((child) => child.name === name && child.namespace === namespace);
    for (const child of found) child.asked = true;
    return found;
  }

  /** The only child with this name; a second one stays unasked and so becomes a surprise. */
  one(namespace: string, name: string): ReplyElement | undefined {
    const found = this.elements.find((child) => child.name === name && child.namespace === namespace);
    if (found) found.asked = true;
    return found;
  }

  /** Text of the child with this name, null when absent or empty. */
  text(namespace: string, name: string): string | null {
    return this.one(namespace, name)?.content || null;
  }

  /** The first element below with this local name whatever its namespace: for faults, which come in many shapes. */
  anywhere(name: string): ReplyElement | undefined {
    for (const child of this.elements) {
      const found = child.name === name ? child : child.anywhere(name);
      if (found) return found;
    }
    return undefined;
  }

  /** Marks everything below as known and of no interest. */
  ignore(): void {
    for (const child of this.elements) {
      child.asked = true;
      child.ignore();
    }
  }

  /** Paths of the elements that nobody asked for, without their content. */
  unasked(path = this.name): string[] {
    return this.elements.flatMap((child) => {
      if (child.namespace === NS.ds) return [];
      const childPath = `${path}/${child.name}`;
      return child.asked ? child.unasked(childPath) : [childPath];
    });
  }
}

/** Parses a reply into elements. @throws XmlRefused when it is no XML or has a DOCTYPE */
export function readElements(xml: Uint8Array | string): ReplyElement {
  using document = parseXml(xml);
  return new ReplyElement(document.root);
}
