/**
 * Every string a person sees goes through `t`. The key is the English text, as in the extension's bundles, and it stands
 * at the call as a literal, so that a check can list all keys by reading the sources: `t('Stop')`, `t('{0} threads', n)`.
 *
 * The words come from the host with the first message; they live in a signal, so what was drawn before is drawn again.
 */
import { signal } from '@preact/signals';

type Words = Readonly<Record<string, string>>;

const translated = signal<Words | null>(null);
const numberLocale = signal('en');

/** `null` shows English. */
export function setWords(words: Words | null, locale: string): void {
  translated.value = words;
  numberLocale.value = isLocale(locale) ? locale : 'en';
}

function isLocale(name: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(name).length > 0;
  } catch {
    return false;
  }
}

/** For number formats. */
export function locale(): string {
  return numberLocale.value;
}

/** The text in the person's language, with {0}, {1}, … replaced by the values. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const template = translated.value?.[text] ?? text;
  if (values.length === 0) return template;
  return template.replace(/\{(\d+)\}/g, (placeholder, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? placeholder : String(value);
  });
}
