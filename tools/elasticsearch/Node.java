import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.plugins.PluginsLoader;

/** Runs one Elasticsearch node of its own, on 127.0.0.1, until it is asked to end. */
class Node {
    private static final String NAME = "metarec";

    /** Arguments: the folder with config, lib, modules and plugins; the folder for data; the port. */
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        LogConfigurator.configureESLogging();
        LogConfigurator.setNodeName(NAME);
        Settings settings = Settings.builder()
                .put("path.home", home)
                .put("path.data", arguments[1])
                .put("path.logs", Path.of(arguments[1], "logs"))
                .put("cluster.name", NAME)
                .put("node.name", NAME)
                .put("discovery.type", "single-node")
                .put("network.host", "127.0.0.1")
                .put("http.port", arguments[2])
                .put("transport.port", "0")
                // A disk that is nearly full is no reason to refuse a few small indexes.
                .put("cluster.routing.allocation.disk.threshold_enabled", false)
                .build();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
                settings, Map.of(), home.resolve("config"), () -> NAME);
        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
                PluginsLoader.loadModulesBundles(environment.modulesDir()),
                PluginsLoader.loadPluginsBundles(environment.pluginsDir()),
                Map.of());
        CountDownLatch ended = new CountDownLatch(1);
        try (var node = new org.elasticsearch.node.Node(environment, plugins)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
            node.start();
            ended.await();
        }
    }

    private static void close(org.elasticsearch.node.Node node) {
        try {
            node.close();
        } catch (java.io.IOException error) {
            throw new java.io.UncheckedIOException(error);
        }
    }
}
