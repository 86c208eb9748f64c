package camt

// The elements that are read, in all versions: an element that a version does
// not have stays empty. Names are ISO 20022's own.

type account struct {
	IBAN  string `xml:"Id>IBAN"`
	Other string `xml:"Id>Othr>Id"`
	Ccy   string `xml:"Ccy"`
	Owner string `xml:"Ownr>Nm"`
}

type amount struct {
	Value string `xml:",chardata"`
	Ccy   string `xml:"Ccy,attr"`
}

type date struct {
	Day     string `xml:"Dt"`
	Instant string `xml:"DtTm"`
}

func (d date) text() string {
	if d.Day != "" {
		return d.Day
	}
	return d.Instant
}

type balance struct {
	Code   string `xml:"Tp>CdOrPrtry>Cd"`
	Amount amount `xml:"Amt"`
	Side   string `xml:"CdtDbtInd"`
	Date   date   `xml:"Dt"`
}

// status is plain text up to version 6 and a code of its own after.
type status struct {
	Text string `xml:",chardata"`
	Code string `xml:"Cd"`
}

type entry struct {
	Reference     string        `xml:"NtryRef"`
	Amount        amount        `xml:"Amt"`
	Side          string        `xml:"CdtDbtInd"`
	Reversal      string        `xml:"RvslInd"`
	Status        status        `xml:"Sts"`
	Booked        date          `xml:"BookgDt"`
	Value         date          `xml:"ValDt"`
	BankReference string        `xml:"AcctSvcrRef"`
	Code          bankCode      `xml:"BkTxCd"`
	Charges       charges       `xml:"Chrgs"`
	Details       []transaction `xml:"NtryDtls>TxDtls"`
	Info          string        `xml:"AddtlNtryInf"`
}

type bankCode struct {
	Domain      string `xml:"Domn>Cd"`
	Family      string `xml:"Domn>Fmly>Cd"`
	SubFamily   string `xml:"Domn>Fmly>SubFmlyCd"`
	Proprietary string `xml:"Prtry>Cd"`
}

// charges are single ones in version 2, and records from version 3 on.
type charges struct {
	Amounts []amount `xml:"Amt"`
	Records []amount `xml:"Rcrd>Amt"`
}

type transaction struct {
	References struct {
		EndToEnd      string `xml:"EndToEndId"`
		Mandate       string `xml:"MndtId"`
		BankReference string `xml:"AcctSvcrRef"`
	} `xml:"Refs"`
	Amount            amount     `xml:"Amt"` // from version 4 on
	TransactionAmount amount     `xml:"AmtDtls>TxAmt>Amt"`
	Side              string     `xml:"CdtDbtInd"`
	Charges           charges    `xml:"Chrgs"`
	Parties           parties    `xml:"RltdPties"`
	Remittance        remittance `xml:"RmtInf"`
	Info              string     `xml:"AddtlTxInf"`
}

// party has its name one level deeper from version 7 on.
type party struct {
	Name  string `xml:"Nm"`
	Inner string `xml:"Pty>Nm"`
	Agent string `xml:"Agt>FinInstnId>Nm"`
}

type parties struct {
	Debtor           party   `xml:"Dbtr"`
	DebtorAccount    account `xml:"DbtrAcct"`
	Creditor         party   `xml:"Cdtr"`
	CreditorAccount  account `xml:"CdtrAcct"`
	UltimateDebtor   party   `xml:"UltmtDbtr"`
	UltimateCreditor party   `xml:"UltmtCdtr"`
}

type remittance struct {
	Free      []string `xml:"Ustrd"`
	Reference []string `xml:"Strd>CdtrRefInf>Ref"`
	More      []string `xml:"Strd>AddtlRmtInf"`
}
