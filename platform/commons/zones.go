package commons

import "strings"

// Zones are the time zones that forms suggest; any other of the IANA database
// may be typed.
var Zones = strings.Fields(`Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin Europe/Brussels Europe/Bucharest
	Europe/Budapest Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kyiv Europe/Lisbon Europe/London
	Europe/Luxembourg Europe/Madrid Europe/Oslo Europe/Paris Europe/Prague Europe/Rome Europe/Sofia Europe/Stockholm
	Europe/Vienna Europe/Warsaw Europe/Zurich Africa/Accra Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos
	Africa/Nairobi America/Argentina/Buenos_Aires America/Bogota America/Chicago America/Denver America/Halifax America/Lima
	America/Los_Angeles America/Mexico_City America/New_York America/Santiago America/Sao_Paulo America/Toronto
	Asia/Bangkok Asia/Dhaka Asia/Dubai Asia/Ho_Chi_Minh Asia/Hong_Kong Asia/Jakarta Asia/Jerusalem Asia/Karachi
	Asia/Kathmandu Asia/Kolkata Asia/Manila Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Taipei Asia/Tashkent Asia/Tokyo
	Australia/Melbourne Australia/Perth Australia/Sydney Pacific/Auckland Pacific/Honolulu UTC`)
