package dev.ipauth.relay.ses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTagTest {
  @Test
  void tagsAreToldApart() {
    var values =
        List.of("a_b", "a_5fb", "a b", "a.b", "a@b", "A_B", "é", "a\tb", "x".repeat(300), "");
    var escaped = values.stream().map(value -> new MessageTag("n", value).escaped()).toList();
    assertEquals(values.size(), escaped.stream().distinct().count());
    escaped.forEach(each -> assertTrue(each.matches("[A-Za-z0-9_-]{0,256}"), each));
  }
}
