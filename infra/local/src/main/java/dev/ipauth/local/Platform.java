package dev.ipauth.local;

import dev.ipauth.dynamodb.DynamoDbLocal;
import dev.ipauth.local.sink.MailSink;
import dev.ipauth.relay.Relay;
import dev.ipauth.relay.settings.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The running platform: the tables, then who writes them and who reads them. What starts later uses
 * what started earlier, so it stops in the opposite order.
 */
final class Platform implements AutoCloseable {
  /** Of all messages in the sink together. */
  private static final int SINK_BYTES = 128 << 20;

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final MailSink sink;
  private final DynamoDbLocal dynamoDb;
  private final ControlPlane controlPlane;
  private final Relay relay;

  private Platform(Map<String, String> environment, OutputStream eventLines) {
    try {
      LocalSettings local = LocalSettings.read(environment);
      begin(DataDir.hold(local.dataDir()));
      sink = begin(MailSink.start(SINK_BYTES));
      Map<String, String> complete = withDefaults(environment, local, sink);
      Settings settings = Settings.read(complete);
      dynamoDb = begin(DynamoDbLocal.start(local.dataDir(), local.dynamoDbPort()));
      dynamoDb.createTables("");
      controlPlane = begin(ControlPlane.start(local, complete, dynamoDb.client(), sink));
      relay = begin(Relay.start(settings, dynamoDb.client(), eventLines));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts it; when this returns, every part of it answers.
   *
   * @param environment the variables of {@code running.md}
   * @param eventLines where the relay's event lines go
   * @throws dev.ipauth.relay.settings.BadSettings with a line for everything that is wrong with
   *     them
   * @throws UncheckedIOException when a port is taken
   */
  static Platform start(Map<String, String> environment, OutputStream eventLines) {
    return new Platform(environment, eventLines);
  }

  private <T extends AutoCloseable> T begin(T part) {
    started.push(part);
    return part;
  }

  /** The relay's settings that have no default elsewhere: its next hop, and the pepper. */
  private static Map<String, String> withDefaults(
      Map<String, String> environment, LocalSettings local, MailSink sink) {
    var complete = new HashMap<>(environment);
    complete.values().removeIf(String::isBlank);
    complete.putIfAbsent("NEXT_HOP", "smtp://127.0.0.1:" + sink.port());
    try {
      if (!complete.containsKey("PASSWORD_PEPPER")) {
        complete.put("PASSWORD_PEPPER", Pepper.in(local.dataDir()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The pepper in " + local.dataDir() + " can't be kept", e);
    }
    return complete;
  }

  /** Where the API answers, without a slash at the end. */
  String http() {
    return controlPlane.url();
  }

  Relay relay() {
    return relay;
  }

  MailSink sink() {
    return sink;
  }

  /** Where everything listens, a line each. */
  List<String> places() {
    var places = new ArrayList<String>();
    places.add("API         " + http());
    places.add("its page    " + http() + "/docs");
    relay.listeners().forEach(l -> places.add(place("SMTP", l.address()) + " " + l.kind()));
    places.add("management  http://localhost:" + relay.management().getPort());
    places.add("DynamoDB    " + dynamoDb.endpoint());
    places.add("mail sink   smtp://127.0.0.1:" + sink.port());
    return places;
  }

  private static String place(String what, InetSocketAddress address) {
    String host = address.getAddress().isAnyLocalAddress() ? "*" : address.getHostString();
    return "%-11s %s:%d".formatted(what, host, address.getPort());
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      AutoCloseable last = started.pop();
      try {
        last.close();
      } catch (Exception e) {
        throw new IllegalStateException(last + " didn't stop", e);
      }
    }
  }
}
