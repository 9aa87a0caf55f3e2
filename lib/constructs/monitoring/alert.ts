/** One alert, as the mesh's monitoring thinks of it. */
export interface Alert {
  /** Name, whose lower-case form is a heading of docs/troubleshooting.md. */
  readonly name: string;
  /** `critical` if requests fail or will within an hour. */
  readonly severity: 'critical' | 'warning';
  /** PromQL. */
  readonly expr: string;
  /** How long it has to hold. */
  readonly for: string;
  /** One line, with labels of the result as Prometheus fills them in. */
  readonly summary: string;
}

/** An alert as a rule file of Prometheus has it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Writes an alert as a rule, with a link to its heading on the page of runbooks. */
export function toRule(alert: Alert, runbooks: string, labels: Readonly<Record<string, string>>): AlertRule {
  return {
    alert: alert.name,
    expr: alert.expr,
    for: alert.for,
    labels: { ...labels, severity: alert.severity },
    annotations: { summary: alert.summary, runbook_url: `${runbooks}#${alert.name.toLowerCase()}` },
  };
}
