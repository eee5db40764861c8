<?php
// The PHP driver, which is libmongoc, as a client: reads all cases, then
// connects with each, one after the other. It has the CRL file as an option of
// its own only.

use MongoDB\Driver\Command;
use MongoDB\Driver\Manager;

if (in_array('--version', $argv)) {
    ob_start();
    (new ReflectionExtension('mongodb'))->info();
    preg_match('/libmongoc (?:bundled|library) version => (\S+)/', ob_get_clean(), $c);
    $openssl = implode(' ', array_slice(explode(' ', OPENSSL_VERSION_TEXT), 0, 2));
    echo 'PHP driver ', phpversion('mongodb'), ", libmongoc $c[1], PHP ", PHP_VERSION, ", $openssl\n";
    exit;
}

$cases = array_filter(explode("\n", stream_get_contents(STDIN)));
foreach ($cases as $line) {
    $case = json_decode($line, true);
    $began = hrtime(true);
    $answer = ['id' => $case['id'], 'connects' => false, 'error' => ''];
    $options = [];
    if (isset($case['files']['tlsCRLFile'])) {
        $options['crl_file'] = $case['files']['tlsCRLFile'];
    }
    try {
        // Without an option that makes it different, two managers of one
        // connection string share a connection.
        $manager = new Manager($case['uri'], [], $options);
        $manager->executeCommand('admin', new Command(['ping' => 1]));
        $answer['connects'] = true;
    } catch (Throwable $e) {
        $answer['error'] = get_class($e) . ': ' . $e->getMessage();
    }
    $answer['ms'] = intdiv(hrtime(true) - $began, 1000000);
    echo json_encode($answer, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
