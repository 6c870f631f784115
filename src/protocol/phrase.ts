/**
 * A sentence that is made far from who reads it: its English text with places for what it names, and what stands there. The report
 * says it in English; the sidebar and the panel look the text up in the bundles of l10n/, each with its own way to translate.
 *
 *     say`${thread} waits${at} for ${lock}`     the bundles' key: {0} waits{1} for {2}
 */

/** What a sentence names: as it stands, or a phrase that is looked up too. */
export type Said = string | Phrase;

export interface Phrase {
  /** English, with {0}, {1} … for the values; the key in the bundles. */
  readonly text: string;
  readonly values: readonly Said[];
  /** It only joins its values: there is nothing to look up. */
  readonly joins?: true;
}

/** Looks a sentence up and puts the values in its places. */
export type Translator = (text: string, ...values: string[]) => string;

/** A sentence that the bundles have. */
export function say(texts: TemplateStringsArray, ...values: Said[]): Phrase {
  return { text: texts.reduce((text, part, at) => `${text}{${String(at - 1)}}${part}`), values };
}

/** The parts that there are, one after the other. */
export function joined(parts: readonly Said[], between: string): Phrase {
  const values = parts.filter((part) => part !== '');
  return { text: values.map((_, at) => `{${String(at)}}`).join(between), values, joins: true };
}

/** The phrase in the language of `translate`; in English where there is none. */
export function told(said: Said, translate: Translator = inPlaces): string {
  if (typeof said === 'string') return said;
  const values = said.values.map((value) => told(value, translate));
  return said.joins === true ? inPlaces(said.text, ...values) : translate(said.text, ...values);
}

function inPlaces(text: string, ...values: string[]): string {
  return text.replace(/\{(\d+)\}/g, (_, place: string) => values[Number(place)] ?? '');
}
