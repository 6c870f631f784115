/**
 * What a row's menu offers while its run is debugged. Only the editor knows what its debugger can do, so the panel asks when the menu opens; sentences
 * come in the person's language.
 */
export const rowActionNames = ['showInCallStack', 'breakOnReceive', 'breakOnFork', 'attachDebugger'] as const;
export type RowActionName = (typeof rowActionNames)[number];

export interface RowAction {
  readonly name: RowActionName;
  readonly title: string;
  /** What is to be known of it: where it will stop. */
  readonly note: string | null;
  /** Why it can't be done now; null where it can. */
  readonly hindered: string | null;
}
