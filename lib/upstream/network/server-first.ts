/** Usual ports of servers that speak before their clients do: FTP, SMTP, POP3, IMAP, MySQL, AMQP, and MongoDB, which Istio counts among them. */
const PORTS: ReadonlySet<number> = new Set([21, 25, 110, 143, 465, 587, 3306, 5672, 27017]);
const NAMES = /mysql|mariadb|smtp|mongo|ftp|amqp|rabbit/i;
const IMAGES = /(?:^|\/)(?:mysql|mariadb|percona|mongo|rabbitmq|postfix|vsftpd)[^/]*$/i;

/**
 * Whether the server behind a port speaks first, so that a proxy which waits for the client's first bytes waits without end.
 *
 * @param port of the pod
 * @param name of the port
 */
export function speaksFirst(port: number, name: string): boolean {
  return PORTS.has(port) || NAMES.test(name);
}

/** Whether an image is that of such a server. */
export function isServerFirstImage(reference: string): boolean {
  return IMAGES.test(reference.split(/[:@]/)[0] ?? '');
}
