/** One part that fails must not take the panel with it: where it stood there are words and a way back, and the log has the error. */
import { Component, type ComponentChildren, type JSX } from 'preact';
import { t } from './words';

export interface BoundaryProps {
  /** Told once for each failure. */
  failed(error: unknown): void;
  children: ComponentChildren;
}

export class Boundary extends Component<BoundaryProps, { broken: boolean }> {
  override state = { broken: false };

  override componentDidCatch(error: unknown): void {
    this.props.failed(error);
    this.setState({ broken: true });
  }

  override render({ children }: BoundaryProps, { broken }: { broken: boolean }): JSX.Element {
    if (!broken) return <>{children}</>;
    return (
      <div class="broken" role="alert" data-testid="broken">
        <span>{t('This part of the panel failed; the log has details.')}</span>
        <button type="button" class="button secondary" onClick={() => this.setState({ broken: false })}>{t('Try Again')}</button>
      </div>
    );
  }
}
