// What the settings are called on the devices themselves, so that nobody has to guess. Nothing here is from memory:
// `manual` is the maker's own page that the words were read on. Where none could be read, the way to the settings and
// the words are from https://github.com/msgwing/ZeroSMTP/blob/main/docs/PRINTERS.md, of August 2026, which names the
// makers' pages (`see`); and a word that is in neither is left out, so that the sheet's own stands in its place.

/** Of each maker: its words for the server, the port, the encryption, signing in (and off), the user, password and sender. */
export const vendors = [
  {name: 'Brother', menu: 'Web Based Management › Network › Protocol › SMTP Client', encryption: 'SSL/TLS', starttls: 'STARTTLS', tls: 'SSL'},
  {
    // 'Allow SSL' is STARTTLS, by Canon's service manual: https://www.manualslib.com/manual/1034958/Canon-Du7-1178-000.html?page=56
    name: 'Canon', menu: 'Remote UI › Settings/Registration › TX Settings › E-Mail/I-Fax Settings › SMTP Server Settings',
    encryption: 'Allow SSL (SMTP Send)', starttls: 'On',
  },
  {
    name: 'Epson', menu: 'Network › Email Server',
    server: 'SMTP Server Address', port: 'SMTP Server Port Number', encryption: 'Secure Connection', starttls: 'STARTTLS', tls: 'SSL/TLS',
    signIn: 'Authentication Method', on: 'SMTP AUTH', off: 'Off', user: 'Authenticated Account', password: 'Authenticated Password', sender: 'Sender’s Email Address',
    manual: 'https://files.support.epson.com/docid/cpd5/cpd56450/source/printers/source/networking/reference/wf3720_4730/email_server_settings_wf3720_4730.html',
  },
  {name: 'HP', menu: 'Embedded Web Server › Scan › Scan to Email › Outgoing Email Profiles'},
  {
    // The two kinds of encryption are called so in https://www.konicaminolta.jp/business/download/printers/color/bizhub_c4000i/guide/Product-2/contents/opkey_170_S.html
    name: 'Konica Minolta', menu: 'Network › E-mail Setting › E-mail TX (SMTP)',
    server: 'SMTP Server Address', starttls: 'Start TLS', tls: 'SMTP over SSL',
    see: 'https://manuals.konicaminolta.eu/bizhub-C554-C454-C364-C284-C224/EN/contents/id08-0072.html',
  },
  {name: 'Kyocera', menu: 'Command Center RX › Advanced › E-mail › SMTP › General', encryption: 'SMTP Security'},
  {
    // The sender's setting is from Ricoh's service manual: https://www.easymanua.ls/ricoh/mp-c307/manual?p=1009
    name: 'Ricoh', menu: 'Web Image Monitor › Device Management › Configuration › Email',
    server: 'SMTP Server Name', port: 'SMTP Port No.', signIn: 'SMTP Authentication', sender: 'Administrator’s Email Address',
    see: 'https://kb.gsd.ricoh.com/app/answers/detail/a_id/288857/~/how-to-set-up-smtp-authentication-for-scan-to-email',
  },
  {
    name: 'Xerox', menu: 'CentreWare IS › Email Server',
    server: 'SMTP Server Address', port: 'SMTP Server Port Number', encryption: null,
    signIn: 'Email Send Authentication', on: 'SMTP AUTH (Auto)', off: 'No Authentication', user: 'Login Name', password: 'Password', sender: 'Return Email Address',
    manual: 'http://www.office.xerox.com/userdoc/WC6505/phlink/email.htm',
  },
];
