package dev.ipauth.relay.limits;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Username;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Connections and messages. Thread-safe; no method blocks. */
public final class Limits {
  private final Rates rates;
  private final LongSupplier nanoTime;
  private final Consumer<Limit> reached;
  private final AtomicInteger connections = new AtomicInteger();
  private final ConcurrentMap<IpAddress, Integer> connectionsOf = new ConcurrentHashMap<>();
  private final AccountPlaces ofAccounts = new AccountPlaces();
  private final PerMinute<IpAddress> newConnections;
  private final PerMinute<IpAddress> messagesFrom;
  private final PerMinute<Username> messagesOf;

  /** Whether a connection may go on. */
  public sealed interface Admission {

    /** It may connect; whoever asked gives the place back at its end. */
    record Admitted(Place place) implements Admission {}

    record Refused(Limit limit) implements Admission {}
  }

  private record Owner(Runnable giveUp, BooleanSupplier isAmidMessage) {}

  /** A connection's place among those allowed at once. */
  public final class Place {
    private final IpAddress source;
    private boolean left;
    private @Nullable String account;
    private volatile long lastMail = nanoTime.getAsLong();
    private volatile @Nullable Owner owner;

    private Place(IpAddress source) {
      this.source = source;
    }

    /**
     * Mail of this account is about to be granted on the connection, which is the account's from
     * then on. Returns the limit that stands against it, or null.
     */
    public @Nullable Limit mail(String accountId) {
      if (belongsTo(accountId)) {
        lastMail = nanoTime.getAsLong();
        return null;
      }
      reached.accept(Limit.CONNECTIONS_PER_ACCOUNT);
      return Limit.CONNECTIONS_PER_ACCOUNT;
    }

    private synchronized boolean belongsTo(String accountId) {
      if (left || accountId.equals(account)) {
        return true;
      }
      if (!ofAccounts.take(accountId, this, places())) {
        return false;
      }
      leaveAccount();
      account = accountId;
      return true;
    }

    private void leaveAccount() {
      if (account != null) {
        ofAccounts.leave(account, this);
      }
    }

    /** Nanoseconds. */
    long sinceLastMail() {
      return nanoTime.getAsLong() - lastMail;
    }

    /**
     * Says what ends the connection as soon as it costs no message that is decided upon: it is run
     * when the account must give this place up, perhaps more than once, and on any thread.
     *
     * @param isAmidMessage whether a message is under way, which the device may not send again
     */
    public void whenItMustBeLeft(Runnable giveUp, BooleanSupplier isAmidMessage) {
      owner = new Owner(giveUp, isAmidMessage);
    }

    boolean isAmidMessage() {
      Owner asked = owner;
      return asked != null && asked.isAmidMessage().getAsBoolean();
    }

    private void giveUp() {
      Owner told = owner;
      if (told != null) {
        told.giveUp().run();
      }
    }

    /** The connection is over. Saying so twice changes nothing. */
    public synchronized void leave() {
      if (!left) {
        left = true;
        leaveAccount();
        connections.decrementAndGet();
        connectionsOf.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  /**
   * Nobody is connected yet.
   *
   * @param nanoTime monotonic
   * @param reached is told whenever somebody is refused
   */
  public Limits(Rates rates, LongSupplier nanoTime, Consumer<Limit> reached) {
    this.rates = rates;
    this.nanoTime = nanoTime;
    this.reached = reached;
    this.newConnections = new PerMinute<>(rates.connectionsPerMinute(), nanoTime);
    this.messagesFrom = new PerMinute<>(rates.messagesPerMinutePerAddress(), nanoTime);
    this.messagesOf = new PerMinute<>(rates.messagesPerMinutePerUser(), nanoTime);
  }

  /** A device has connected. Ask once its address is known, and before it is greeted. */
  public Admission connect(IpAddress from) {
    IpAddress source = Source.of(from);
    if (!newConnections.take(source)) {
      return refused(Limit.CONNECTIONS_PER_MINUTE);
    }
    var place = new Place(source);
    int all = connections.incrementAndGet();
    int its = connectionsOf.merge(source, 1, Integer::sum);
    if (exceeds(its, rates.connectionsPerAddress())) {
      place.leave();
      return refused(Limit.CONNECTIONS_PER_ADDRESS);
    }
    if (exceeds(all, rates.connections())) {
      place.leave();
      return refused(Limit.CONNECTIONS);
    }
    return new Admission.Admitted(place);
  }

  private int places() {
    return rates.connections() == 0 ? Integer.MAX_VALUE : rates.connections();
  }

  /** Ends connections of accounts that hold more places than they may, since others have come. */
  public void makeRoom() {
    ofAccounts.tooMany(places()).forEach(Place::giveUp);
  }

  private static boolean exceeds(int count, int limit) {
    return limit != 0 && count > limit;
  }

  private Admission refused(Limit limit) {
    reached.accept(limit);
    return new Admission.Refused(limit);
  }

  /** A message is about to begin. Returns the limit that stands against it, or null. */
  public @Nullable Limit message(IpAddress from, Username user) {
    if (!messagesFrom.take(Source.of(from))) {
      reached.accept(Limit.MESSAGES_PER_MINUTE_PER_ADDRESS);
      return Limit.MESSAGES_PER_MINUTE_PER_ADDRESS;
    }
    if (!messagesOf.take(user)) {
      reached.accept(Limit.MESSAGES_PER_MINUTE_PER_USER);
      return Limit.MESSAGES_PER_MINUTE_PER_USER;
    }
    return null;
  }

  /** The share of all places that is taken, from 0 to 1; 0 where there is no limit. */
  public double taken() {
    return rates.connections() == 0 ? 0 : (double) connections.get() / rates.connections();
  }

  /** Connections that are open now. */
  public int connections() {
    return connections.get();
  }
}
