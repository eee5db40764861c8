package symptom

import "slices"

// heardTranslated: Windows and .NET speak the language of the machine.
func heardTranslated() []Symptom {
	const closed = "handshake-closed plaintext-client tls-disabled client-cert-required atlas-access-list"
	return slices.Concat(
		heard(DotNet, "verify-failed issuer-unknown hostname-mismatch cert-expired",
			"Das Remotezertifikat ist laut Validierungsverfahren ungültig", "Das Remotezertifikat ist ungültig",
			"Le certificat distant n'est pas valide", "El certificado remoto no es válido", "O certificado remoto é inválido",
			"Il certificato remoto non è valido",
			"根据验证过程，远程证书无效", "远程证书无效", "Удаленный сертификат недействителен", "リモート証明書は無効です"),
		heard(OperatingOS, "tcp-refused",
			"da der Zielcomputer die Verbindung verweigerte", "l'ordinateur cible l'a expressément refusée",
			"el equipo de destino denegó expresamente dicha conexión", "a máquina de destino as recusou ativamente",
			"rifiuto persistente del computer di destinazione",
			"由于目标计算机积极拒绝，无法连接", "конечный компьютер отверг запрос на подключение", "対象のコンピューターによって拒否されたため",
			"대상 컴퓨터에서 연결을 거부했으므로", "hedef makine etkin olarak reddettiğinden"),
		heard(OperatingOS, closed,
			"vom Remotehost geschlossen", "Une connexion existante a dû être fermée par l'hôte distant",
			"Se ha forzado la interrupción de una conexión existente por el host remoto",
			"Foi forçado o cancelamento de uma conexão existente pelo host remoto",
			"Connessione in corso interrotta forzatamente dall'host remoto",
			"远程主机强迫关闭了一个现有的连接", "Удаленный хост принудительно разорвал существующее подключение", "既存の接続はリモート ホストに強制的に切断されました"),
		heard(DotNet, closed,
			"da die Gegenseite den Transportstream geschlossen hat", "car le tiers distant a fermé le flux de transport",
			"porque la parte remota ha cerrado la secuencia de transporte",
			"porque o terceiro remoto fechou o fluxo de transporte", "因为远程方已关闭传输流", "身份验证失败，因为远程方已关闭传输流"),
		heard(OperatingOS, "tcp-timeout atlas-access-list",
			"da die Gegenstelle nach einer bestimmten Zeitspanne nicht ordnungsgemäß reagiert hat",
			"n'a pas répondu convenablement au-delà d'une certaine durée",
			"no respondió adecuadamente tras un periodo de tiempo", "não respondeu corretamente após um período de tempo",
			"连接方在一段时间后没有正确答复", "т.к. от другого компьютера за требуемое время не получен нужный отклик"),
		heard(OperatingOS, "dns-not-found", "Der angegebene Host ist unbekannt", "Es ist kein solcher Host bekannt",
			"Hôte inconnu", "Host desconocido", "Este host não é conhecido", "不知道这样的主机", "Этот хост неизвестен",
			"そのようなホストは不明です"),
	)
}
