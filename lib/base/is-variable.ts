/** Whether a text has a part that another program fills in: Helm, Flux, envsubst or a kubelet. What it says then is not known. */
export function isVariable(text: string): boolean {
  return /\$\{|\{\{|\$\(/.test(text);
}
