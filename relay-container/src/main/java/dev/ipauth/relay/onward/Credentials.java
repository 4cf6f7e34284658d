package dev.ipauth.relay.onward;

/** What the relay authenticates with at the next hop. */
public record Credentials(String username, String password) {
  @Override
  public String toString() {
    return "Credentials[" + username + "]";
  }
}
