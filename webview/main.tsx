/** Handshake and wiring: the page is rendered, then the host is told that it may speak. */
import { render } from 'preact';
import { App } from './app';
import { openBridge } from './bridge';
import { Panel } from './panel';
import { watchTheme } from './timeline/theme';
import './styles.css';

const bridge = openBridge();
window.addEventListener('error', (event) => bridge.log('error', `${event.message} (${event.filename}:${event.lineno})`));
window.addEventListener('unhandledrejection', (event) => bridge.log('error', `unhandled: ${String(event.reason)}`));

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
watchTheme();
const panel = new Panel(bridge, document.body.dataset.layoutWorker);
render(<App panel={panel} />, root);
panel.start();
