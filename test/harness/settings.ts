/**
 * A first start of VS Code greets, recommends and offers assistants. None of that belongs into a test or a picture.
 */

export type Theme = 'dark' | 'light' | 'hc-dark' | 'hc-light';

/** The names are the same in every supported VS Code. */
const THEMES: Record<Theme, string> = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'hc-dark': 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};

const QUIET: Readonly<Record<string, unknown>> = {
  'window.title': '${activeEditorShort}${separator}${rootName}',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'extensions.ignoreRecommendations': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'update.mode': 'none',
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'terminal.integrated.tabs.enabled': true,
  'terminal.integrated.enablePersistentSessions': false,
  'window.commandCenter': false,
  'files.autoSave': 'off',
  // A dialog of the system could not be driven.
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'npm.autoDetect': 'off',
  // It would run `npm install` for the types of each JavaScript file's imports, which asks a registry.
  'typescript.disableAutomaticTypeAcquisition': true,
};

/** User settings for a quiet workbench in `theme`, with the caller's own on top. */
export function quietSettings(theme: Theme = 'dark', more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { ...QUIET, 'workbench.colorTheme': THEMES[theme], 'window.autoDetectColorScheme': false, ...more };
}
