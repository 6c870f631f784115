/** Whoever runs this while signals are watched (a component, a computed) runs again when the signal changes, whatever its value is. */
export function follow(signal: { readonly value: unknown }): unknown {
  return signal.value;
}
