/**
 * What the Python Debugger extension does for a debug session, and nothing else of it: it starts debugpy's own adapter, and a session of
 * its own for each child process that debugpy asks one for. The adapter, the launcher and the debuggee are the real ones, but where a
 * test's configuration asks for the adapter that it writes itself (scripted.js).
 */
const vscode = require('vscode');
const { ScriptedAdapter } = require('./scripted');

/** Debian's, with python3-debugpy. */
const python = '/usr/bin/python3';

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory('debugpy', {
      createDebugAdapterDescriptor({ configuration }) {
        const { request, connect, scripted } = configuration;
        if (scripted === true) return new vscode.DebugAdapterInlineImplementation(new ScriptedAdapter());
        if (request === 'attach' && connect !== undefined) return new vscode.DebugAdapterServer(connect.port, connect.host);
        return new vscode.DebugAdapterExecutable(python, ['-m', 'debugpy.adapter']);
      },
    }),
    // The child waits for its debugger before it runs on.
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
      if (event === 'debugpyAttach') void vscode.debug.startDebugging(session.workspaceFolder, body, { parentSession: session, lifecycleManagedByParent: true });
    }),
  );
};
