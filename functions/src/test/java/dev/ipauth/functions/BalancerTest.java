package dev.ipauth.functions;

import static dev.ipauth.functions.CloudFormation.asList;
import static dev.ipauth.functions.CloudFormation.asMap;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every port of {@code infra/balancer.yaml} has in common, though each says it for itself. */
class BalancerTest {
  private static CloudFormation balancer;

  @BeforeAll
  static void read() throws IOException {
    balancer = CloudFormation.read("infra/balancer.yaml");
  }

  @Test
  void behindEveryPortTheDeviceIsKnownAndNothingIsBrokenOff() throws IOException {
    Map<String, Object> task =
        CloudFormation.read("infra/relay.yaml").map("Resources", "Task", "Properties");
    Object stop = asMap(asList(task.get("ContainerDefinitions")).getFirst()).get("StopTimeout");
    Map<String, Map<String, Object>> groups = of("AWS::ElasticLoadBalancingV2::TargetGroup");
    assertEquals(5, groups.size());
    groups.forEach(
        (name, group) -> {
          // While the tables can't be read a relay isn't ready, and to replace it mends nothing.
          assertEquals("/in-service", group.get("HealthCheckPath"), name);
          assertEquals(
              Map.of(
                  "preserve_client_ip.enabled", "true",
                  "proxy_protocol_v2.enabled", "false",
                  "deregistration_delay.timeout_seconds", String.valueOf(stop),
                  "target_health_state.unhealthy.connection_termination.enabled", "false"),
              asList(group.get("TargetGroupAttributes")).stream()
                  .collect(toMap(each -> asMap(each).get("Key"), each -> asMap(each).get("Value"))),
              name);
        });
  }

  @Test
  void anyRouterMaySayThatAPacketIsTooLarge() {
    Map<String, Object> rule =
        Map.of("IpProtocol", "icmp", "FromPort", 3, "ToPort", 4, "CidrIp", "0.0.0.0/0");
    assertTrue(
        balancer.map("Resources", "PathMtu", "Properties").entrySet().containsAll(rule.entrySet()));
    Object rules =
        balancer.at("Resources", "TaskSecurityGroup", "Properties", "SecurityGroupIngress");
    assertTrue(
        asList(rules).stream()
            .anyMatch(each -> asMap(each).entrySet().containsAll(rule.entrySet())));
  }

  @Test
  void addressesOutliveTheBalancer() {
    Map<String, Map<String, Object>> addresses = of("AWS::EC2::EIP");
    assertEquals(3, addresses.size());
    for (String name : addresses.keySet()) {
      Map<String, Object> address = balancer.map("Resources", name);
      assertEquals("RetainExceptOnCreate", address.get("DeletionPolicy"), name);
      assertEquals("Retain", address.get("UpdateReplacePolicy"), name);
    }
  }

  /** The properties of each resource of a type, by its name. */
  private static Map<String, Map<String, Object>> of(String type) {
    Map<String, Map<String, Object>> found = new TreeMap<>();
    balancer
        .map("Resources")
        .forEach(
            (name, resource) -> {
              if (type.equals(asMap(resource).get("Type"))) {
                found.put(name, asMap(asMap(resource).get("Properties")));
              }
            });
    return found;
  }
}
