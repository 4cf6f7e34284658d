package dev.ipauth.functions.auditor;

/** An SMTP user, as a row names it. */
record Owner(String accountId, String username) implements Comparable<Owner> {
  @Override
  public int compareTo(Owner other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return accountId + "/" + username;
  }
}
