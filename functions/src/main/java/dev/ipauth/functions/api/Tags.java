package dev.ipauth.functions.api;

/** What the operations are grouped by in the API's description, and so in generated clients. */
final class Tags {
  static final String SMTP_USERS = "SMTP users";
  static final String IP_AUTHENTICATIONS = "IP authentications";
  static final String ACCOUNT = "Account";
  static final String MESSAGES = "Messages";
  static final String DESCRIPTION = "Description";

  private Tags() {}
}
