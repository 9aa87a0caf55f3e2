/** Image of the API server where it runs as a pod that can be seen, as kubeadm makes it. */
export const API_SERVER_IMAGE = /(?:^|\/)kube-apiserver(?:[:@]|$)/;

/**
 * The plugins of the API server that call webhooks: on unless a flag turns them off (kubernetes/kubernetes
 * pkg/kubeapiserver/options/plugins.go).
 */
export const WEBHOOK_PLUGINS = ['MutatingAdmissionWebhook', 'ValidatingAdmissionWebhook'] as const;

/** The flag that turns plugins off, with their names separated by commas. */
const FLAG = '--disable-admission-plugins';

/** Of the words that an API server is started with, those that turn plugins off: the others may be anything. */
export function disablingWords(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    if (word.startsWith(`${FLAG}=`)) return [word];
    const value = words[index + 1];
    return word === FLAG && value !== undefined ? [`${FLAG}=${value}`] : [];
  });
}

/** Names of the plugins that words turn off. */
export function disabledPlugins(words: readonly string[]): readonly string[] {
  return disablingWords(words).flatMap((word) =>
    word
      .slice(FLAG.length + 1)
      .split(',')
      .map((name) => name.trim()),
  );
}
