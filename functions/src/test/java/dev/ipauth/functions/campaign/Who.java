package dev.ipauth.functions.campaign;

/** An SMTP user as the platform knows it: the same name of another account is another user. */
record Who(String account, String user) {
  @Override
  public String toString() {
    return account + "/" + user;
  }
}
