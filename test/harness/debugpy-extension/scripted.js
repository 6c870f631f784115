/**
 * An adapter that says what a test tells it to say, for orders of events that no adapter shows on demand. The program is a real one, started as
 * the configuration says and ended by disconnect; only what is said about it is the test's:
 *
 *     session.customRequest('say', { event: 'stopped', body: { reason: 'pause' } })
 */
const { spawn } = require('node:child_process');
const vscode = require('vscode');

class ScriptedAdapter {
  constructor() {
    this.emitter = new vscode.EventEmitter();
    this.onDidSendMessage = this.emitter.event;
    this.seq = 0;
  }

  handleMessage(message) {
    if (message.type !== 'request') return;
    const { command, arguments: args = {} } = message;
    const answers = {
      initialize: () => ({ supportsConfigurationDoneRequest: true }),
      threads: () => ({ threads: [{ id: 1, name: 'MainThread' }] }),
      stackTrace: () => ({ stackFrames: [], totalFrames: 0 }),
    };
    this.send({ type: 'response', request_seq: message.seq, command, success: true, body: answers[command]?.() ?? {} });
    if (command === 'initialize') this.say('initialized');
    else if (command === 'launch') this.launch(args);
    else if (command === 'say') this.say(args.event, args.body);
    else if (command === 'disconnect') this.program?.kill('SIGTERM');
  }

  launch({ python, program, cwd, env }) {
    this.program = spawn(python[0], [program], { cwd, env: { ...process.env, ...env }, stdio: 'ignore' });
    this.program.once('exit', (code, signal) => {
      this.say('exited', { exitCode: code ?? (signal === 'SIGTERM' ? 143 : 137) });
      this.say('terminated');
    });
    this.say('process', { name: program, systemProcessId: this.program.pid, isLocalProcess: true, startMethod: 'launch' });
  }

  say(event, body = {}) {
    this.send({ type: 'event', event, body });
  }

  send(message) {
    this.emitter.fire({ seq: ++this.seq, ...message });
  }

  dispose() {
    this.program?.kill('SIGTERM');
    this.emitter.dispose();
  }
}

exports.ScriptedAdapter = ScriptedAdapter;
