package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipauth.relay.smtp.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A handshake that fails leaves a line that says why, and what to do. */
class TlsFaultTest {
  private static final String FAILED = "421 4.7.0 TLS failed: ";

  private AcceptingNextHop nextHop;
  private RelayUnderTest relay;
  private int starttls;
  private int tls;

  @BeforeEach
  void start() throws Exception {
    nextHop = new AcceptingNextHop();
    relay = new RelayUnderTest(Given.of(List.of()), nextHop.port());
    starttls = relay.listen(Port.Kind.STARTTLS);
    tls = relay.listen(Port.Kind.TLS);
  }

  @AfterEach
  void end() throws Exception {
    relay.close();
    nextHop.close();
  }

  private String line() throws InterruptedException {
    var refused = assertInstanceOf(Event.Refused.class, relay.event());
    assertEquals(Event.Reason.TLS, refused.reason());
    assertEquals("127.0.0.1", refused.ip().toString());
    assertEquals(List.of(), relay.events());
    return refused.reply().toString();
  }

  @Test
  void anOldDeviceIsSentToThePortForOldDevices() throws Exception {
    assertThrows(ExecutionException.class, () -> StartTlsClient.version(starttls, "TLSv1"));
    assertEquals(
        FAILED
            + "the device speaks TLS 1.0 at most, and port "
            + starttls
            + " asks for TLS 1.2; update the device, or open a port for old devices"
            + " (LEGACY_TLS_PORTS)",
        line());
    int legacy = relay.listen(Port.Kind.LEGACY_STARTTLS);
    assertThrows(ExecutionException.class, () -> StartTlsClient.version(starttls, "TLSv1.1"));
    assertEquals(
        FAILED
            + "the device speaks TLS 1.1 at most, and port "
            + starttls
            + " asks for TLS 1.2; update the device, or set it to port "
            + legacy
            + " (TLS 1.0 and up, with STARTTLS)",
        line());
  }

  @Test
  void aDeviceWithOtherCiphersIsToldApart() throws Exception {
    try (var device = Device.at(tls)) {
      assertThrows(
          IOException.class,
          () -> device.beginTlsWithCiphers("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"));
    }
    assertEquals(
        FAILED
            + "the device offers no cipher that port "
            + tls
            + " takes; update the device, or open a port for old devices (LEGACY_TLS_PORTS)",
        line());
  }

  @Test
  void aCertificateThatTheDeviceRefuses() throws Exception {
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      try (var device = Device.at(tls)) {
        assertThrows(
            SSLException.class,
            () -> device.beginTls(SSLContext.getDefault(), new String[] {version}));
      }
      assertEquals(
          FAILED
              + "the device refused the relay's certificate (certificate unknown); use one from an"
              + " authority that the device knows, for the name that it connects to, or switch off"
              + " the check of certificates at the device",
          line());
    }
  }

  /** Of what it said no more is shown than a verb: the rest may be a password. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "nothing",
      value = {
        "EHLO printer, EHLO",
        "ehlo printer, EHLO",
        "QUIT, QUIT",
        "GET /secret HTTP/1.1, GET",
        "AUTH PLAIN AHNjYW5uZXItM2YAc2VjcmV0, AUTH",
        "AUTH LOGIN c2Nhbm5lci0zZg==, AUTH",
        "AHNjYW5uZXItM2YAc2VjcmV0, nothing",
        "c2VjcmV0, nothing",
        "AUTHc2VjcmV0, nothing",
        "data==, nothing",
        "scanner secret, nothing",
      })
  void clearText(String said, @Nullable String shown) throws Exception {
    String spoke = "the device spoke in the clear" + (shown == null ? "" : " (" + shown + ")");
    try (var device = Device.at(tls)) {
      device.says(said);
      device.everything();
    }
    assertEquals(
        FAILED
            + spoke
            + "; set it to SSL/TLS from the start, or to port "
            + starttls
            + " with STARTTLS",
        line());
    try (var device = Device.at(starttls)) {
      device.hears("220 relay.test ESMTP");
      assertEquals("220 2.0.0 Ready to start TLS", device.asks("STARTTLS"));
      device.says(said);
      device.everything();
    }
    assertEquals(FAILED + spoke + "; after STARTTLS it must begin TLS", line());
  }

  @Test
  void whoLeavesInTheMiddleMayNotTrustTheCertificate() throws Exception {
    try (var device = Device.at(starttls)) {
      device.hears("220 relay.test ESMTP");
      device.asks("STARTTLS");
      device.send("\u0016\u0003\u0001\u0000");
    }
    assertEquals(
        FAILED
            + "the device hung up in the middle of the handshake; it may not trust the relay's"
            + " certificate",
        line());
  }

  @Test
  void whoOnlyLooksWhetherThePortIsOpenLeavesNoLine() throws Exception {
    long began;
    int before;
    do {
      // Who takes longer than five seconds, as a busy machine may, hasn't only looked.
      began = System.nanoTime();
      before = relay.events().size();
      try (var balancer = Device.at(tls)) {
        balancer.saysNoMore();
        balancer.hearsTheEnd();
      }
      relay.allHaveLeft();
    } while (System.nanoTime() - began >= Duration.ofSeconds(5).toNanos());
    assertEquals(List.of(), relay.events().stream().skip(before).toList());
  }
}
