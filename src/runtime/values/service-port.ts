/** Services that have a name, where no services file is at hand (IANA, those that a proxy meets). */
const services: Readonly<Record<string, number>> = {
  domain: 53,
  ftp: 21,
  http: 80,
  "http-alt": 8080,
  https: 443,
  imap: 143,
  ldap: 389,
  mysql: 3306,
  ntp: 123,
  pop3: 110,
  smtp: 25,
  ssh: 22,
  telnet: 23,
};

/** The port of that number or, as a service, of that name; undefined where there is none. */
export function servicePort(text: string): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return Object.hasOwn(services, text) ? services[text] : undefined;
  return Number(text) <= 65_535 ? Number(text) : undefined;
}
