package dev.ipauth.tables;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code SmtpUsers}: a credential that mail is sent through.
 *
 * @param accountId the account that owns it
 * @param description what a person wrote about it, if anything
 * @param enabled false keeps it from sending, by password and by address
 * @param nomination its IP authentication, if any; {@code IpAuthentications} holds the same address
 * @param ipRestrictions where its password may be used from; empty is anywhere
 * @param allowedSenders whom it may send as; empty is anybody
 * @param version raised by every change, so that a late duplicate of an earlier one changes nothing
 */
public record SmtpUser(
    Username username,
    String accountId,
    @Nullable String description,
    boolean enabled,
    PasswordHash passwordHash,
    Instant passwordChangedAt,
    @Nullable Nomination nomination,
    List<Network> ipRestrictions,
    List<AllowedSender> allowedSenders,
    Instant createdAt,
    long version) {

  public SmtpUser {
    ipRestrictions = List.copyOf(ipRestrictions);
    allowedSenders = List.copyOf(allowedSenders);
  }

  /** Whether this is the address it nominates. */
  public boolean nominates(IpAddress address) {
    return nomination != null && nomination.ip().equals(address);
  }

  /** Whether its password may be used from there. */
  public boolean mayUsePasswordFrom(IpAddress address) {
    return ipRestrictions.isEmpty() || ipRestrictions.stream().anyMatch(n -> n.contains(address));
  }

  /** Whether it may send as this address. */
  public boolean maySendAs(String address) {
    return allowedSenders.isEmpty() || allowedSenders.stream().anyMatch(s -> s.allows(address));
  }
}
