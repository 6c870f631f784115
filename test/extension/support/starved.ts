/** What most suites look at: a server that serves one client at a time has one that says nothing more, and the others wait in its accept queue. */
import * as vscode from 'vscode';
import type { Run } from '../../../src/ui/run';
import { EchoClient } from './clients';
import { listeningPort } from './product';

/** @param clients gets the one that is served, and then those that wait; whoever gave it closes them. */
export async function starve(run: Run, clients: EchoClient[], waiting = 1): Promise<void> {
  const port = await listeningPort(run);
  const first = await EchoClient.connect(port);
  clients.push(first);
  await first.echo('hello');
  for (let more = 0; more < waiting; more++) clients.push(await EchoClient.connect(port));
}

/** The line of iterative_echo.py (from 1) on which it waits for the bytes of the client that it serves. */
export async function receivingLine(program: vscode.Uri): Promise<number> {
  return (await vscode.workspace.openTextDocument(program)).getText().split('\n').findIndex((text) => text.includes('connection.recv(')) + 1;
}
