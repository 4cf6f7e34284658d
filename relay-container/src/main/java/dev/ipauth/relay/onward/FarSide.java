package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.NextHop;
import dev.ipauth.relay.tls.CertificateWatch;
import io.netty.channel.EventLoop;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What mail is handed to: a server that speaks SMTP, or an API. Thread-safe. */
public interface FarSide extends AutoCloseable {

  /** Makes one. */
  interface Maker {
    /**
     * @param gate lets each message on
     * @param events hears what becomes of it
     */
    FarSide make(Gate gate, NextHopEvents events);
  }

  /** The way for messages, one after another, on this event loop. */
  Delivery delivery(EventLoop eventLoop, Lane lane);

  NeverTaken neverTaken();

  /** Whether it can be reached; tells the events so, and never fails. */
  CompletionStage<Boolean> probe(EventLoop eventLoop);

  /** What it offered before a restart: that counts until it is reached, unless it never changes. */
  default void recall(Set<NextHop.Extension> before) {}

  /** Looks whether the certificate that it is shown has changed; blocks on files. */
  void reloadCertificate(CertificateWatch watch);

  /** Takes leave of it. */
  @Override
  void close();
}
