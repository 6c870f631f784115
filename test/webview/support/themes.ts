/** The main colours of VS Code's default themes, as it sets them on a webview's root element. */
const common = {
  'font-family': '"Liberation Sans", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif',
  'font-size': '13px',
};

/** Orange is that of a match found in the editor, and translucent. */
const charts = { dark: { 'charts-green': '#89d185', 'charts-blue': '#3794ff', 'charts-purple': '#b180d7', 'charts-orange': '#ea5c0055', 'charts-yellow': '#cca700', 'charts-red': '#f14c4c' },
  light: { 'charts-green': '#388a34', 'charts-blue': '#1a85ff', 'charts-purple': '#652d90', 'charts-orange': '#ea5c0055', 'charts-yellow': '#bf8803', 'charts-red': '#e51400' } };

export const themes = {
  dark: {
    bodyClass: 'vscode-dark',
    variables: {
      ...common, ...charts.dark, foreground: '#cccccc', descriptionForeground: '#9d9d9d', errorForeground: '#f85149', 'icon-foreground': '#cccccc', focusBorder: '#0078d4',
      'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc', 'editorWidget-background': '#202020', 'widget-border': '#313131', 'panel-border': '#2b2b2b', 'widget-shadow': 'rgba(0, 0, 0, 0.36)',
      'list-hoverBackground': '#2a2d2e', 'list-inactiveSelectionBackground': '#37373d', 'list-activeSelectionBackground': '#04395e', 'list-activeSelectionForeground': '#ffffff',
      'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1', 'button-border': 'rgba(255, 255, 255, 0.07)', 'button-secondaryBackground': '#313131',
      'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#3c3c3c', 'toolbar-hoverBackground': 'rgba(90, 93, 94, 0.31)', 'badge-background': '#616161', 'badge-foreground': '#f8f8f8',
      'inputOption-activeBackground': 'rgba(36, 137, 219, 0.51)', 'inputOption-activeBorder': '#2488db', 'inputOption-activeForeground': '#ffffff', 'editorHoverWidget-background': '#202020',
      'editorHoverWidget-border': '#454545', 'editorHoverWidget-foreground': '#cccccc', 'tree-indentGuidesStroke': '#585858', 'terminal-ansiCyan': '#11a8cd', 'terminal-ansiMagenta': '#bc3fbc',
      'textLink-foreground': '#4daafc', 'textLink-activeForeground': '#4daafc', 'progressBar-background': '#0078d4', 'inputValidation-errorBackground': '#5a1d1d', 'inputValidation-errorBorder': '#be1100', 'debugIcon-stopForeground': '#f48771', 'editorWarning-foreground': '#cca700',
    },
  },
  light: {
    bodyClass: 'vscode-light',
    variables: {
      ...common, ...charts.light, foreground: '#3b3b3b', descriptionForeground: '#3b3b3b', errorForeground: '#f85149', 'icon-foreground': '#3b3b3b', focusBorder: '#005fb8',
      'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b', 'editorWidget-background': '#f8f8f8', 'widget-border': '#e5e5e5', 'panel-border': '#e5e5e5', 'widget-shadow': 'rgba(0, 0, 0, 0.16)',
      'list-hoverBackground': '#f2f2f2', 'list-inactiveSelectionBackground': '#e4e6f1', 'list-activeSelectionBackground': '#e8e8e8', 'list-activeSelectionForeground': '#000000',
      'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8', 'button-border': 'rgba(0, 0, 0, 0.1)', 'button-secondaryBackground': '#e5e5e5',
      'button-secondaryForeground': '#3b3b3b', 'button-secondaryHoverBackground': '#cccccc', 'toolbar-hoverBackground': 'rgba(184, 184, 184, 0.31)', 'badge-background': '#cccccc', 'badge-foreground': '#3b3b3b',
      'inputOption-activeBackground': '#bed6ed', 'inputOption-activeBorder': '#005fb8', 'inputOption-activeForeground': '#000000', 'editorHoverWidget-background': '#f8f8f8',
      'editorHoverWidget-border': '#c8c8c8', 'editorHoverWidget-foreground': '#3b3b3b', 'tree-indentGuidesStroke': '#a9a9a9', 'terminal-ansiCyan': '#0598bc', 'terminal-ansiMagenta': '#bc05bc',
      'textLink-foreground': '#005fb8', 'textLink-activeForeground': '#005fb8', 'progressBar-background': '#005fb8', 'inputValidation-errorBackground': '#f2dede', 'inputValidation-errorBorder': '#be1100', 'debugIcon-stopForeground': '#a1260d', 'editorWarning-foreground': '#bf8803',
    },
  },
  highContrast: {
    bodyClass: 'vscode-high-contrast',
    variables: {
      ...common, ...charts.dark, foreground: '#ffffff', descriptionForeground: 'rgba(255, 255, 255, 0.7)', errorForeground: '#f48771', 'icon-foreground': '#ffffff', focusBorder: '#f38518',
      'editor-background': '#000000', 'editor-foreground': '#ffffff', 'editorWidget-background': '#0c141f', contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518', 'panel-border': '#6fc3df',
      'button-background': '#000000', 'button-foreground': '#ffffff', 'button-border': '#6fc3df', 'button-secondaryForeground': '#ffffff', 'toolbar-hoverOutline': '#f38518', 'badge-background': '#000000',
      'badge-foreground': '#ffffff', 'inputOption-activeBackground': 'rgba(0, 0, 0, 0)', 'inputOption-activeBorder': '#f38518', 'inputOption-activeForeground': '#ffffff',
      'list-hoverBackground': 'rgba(255, 255, 255, 0.1)', 'editorHoverWidget-background': '#0c141f', 'editorHoverWidget-border': '#6fc3df', 'editorHoverWidget-foreground': '#ffffff', 'tree-indentGuidesStroke': '#a9a9a9',
      'terminal-ansiCyan': '#00cdcd', 'terminal-ansiMagenta': '#cd00cd', 'textLink-foreground': '#21a6ff', 'textLink-activeForeground': '#21a6ff', 'progressBar-background': '#6fc3df', 'inputValidation-errorBackground': '#000000', 'inputValidation-errorBorder': '#6fc3df', 'editorWarning-foreground': '#cca700',
    },
  },
  highContrastLight: {
    // VS Code sets both.
    bodyClass: 'vscode-high-contrast-light vscode-high-contrast',
    variables: {
      ...common, ...charts.light, foreground: '#292929', descriptionForeground: 'rgba(41, 41, 41, 0.7)', errorForeground: '#b5200d', 'icon-foreground': '#292929', focusBorder: '#006bbd',
      'editor-background': '#ffffff', 'editor-foreground': '#292929', 'editorWidget-background': '#ffffff', contrastBorder: '#0f4a85', contrastActiveBorder: '#006bbd', 'panel-border': '#0f4a85',
      'button-background': '#0f4a85', 'button-foreground': '#ffffff', 'button-border': '#0f4a85', 'button-secondaryBackground': '#ffffff', 'button-secondaryForeground': '#292929', 'toolbar-hoverOutline': '#006bbd',
      'badge-background': '#0f4a85', 'badge-foreground': '#ffffff', 'inputOption-activeBackground': 'rgba(0, 0, 0, 0)', 'inputOption-activeBorder': '#006bbd', 'inputOption-activeForeground': '#292929',
      'list-hoverBackground': 'rgba(15, 74, 133, 0.1)', 'list-activeSelectionBackground': 'rgba(15, 74, 133, 0.1)', 'list-inactiveSelectionBackground': 'rgba(15, 74, 133, 0.1)',
      'editorHoverWidget-background': '#ffffff', 'editorHoverWidget-border': '#0f4a85', 'editorHoverWidget-foreground': '#292929', 'tree-indentGuidesStroke': '#a5a5a5', 'terminal-ansiCyan': '#0598bc',
      'terminal-ansiMagenta': '#bc05bc', 'textLink-foreground': '#0f4a85', 'textLink-activeForeground': '#0f4a85', 'progressBar-background': '#0f4a85', 'inputValidation-errorBackground': '#ffffff',
      'inputValidation-errorBorder': '#b5200d', 'editorWarning-foreground': '#895503',
    },
  },
} as const;

export type ThemeName = keyof typeof themes;
