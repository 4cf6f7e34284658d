// What the settings are called on the devices themselves, each from the maker's own manual, so that nobody has to guess.
// A maker is added with the page that it was read on, and not from memory.

/** Of each maker: its words for the server, the port, the encryption, signing in (and off), the user, password and sender. */
export const vendors = [
  {
    name: 'Epson', menu: 'Network › Email Server',
    server: 'SMTP Server Address', port: 'SMTP Server Port Number', encryption: 'Secure Connection', starttls: 'STARTTLS', tls: 'SSL/TLS',
    signIn: 'Authentication Method', on: 'SMTP AUTH', off: 'Off', user: 'Authenticated Account', password: 'Authenticated Password', sender: 'Sender’s Email Address',
    source: 'https://files.support.epson.com/docid/cpd5/cpd56450/source/printers/source/networking/reference/wf3720_4730/email_server_settings_wf3720_4730.html',
  },
  {
    name: 'Xerox', menu: 'CentreWare IS › Email Server',
    server: 'SMTP Server Address', port: 'SMTP Server Port Number', encryption: null,
    signIn: 'Email Send Authentication', on: 'SMTP AUTH (Auto)', off: 'No Authentication', user: 'Login Name', password: 'Password', sender: 'Return Email Address',
    source: 'http://www.office.xerox.com/userdoc/WC6505/phlink/email.htm',
  },
];
